variable "name" {
  type        = string
  description = "What the names of subnet and security group begin with, unique in the folder: an installation's run."

  validation {
    condition     = can(regex("^[a-z]([-a-z0-9]{0,54}[a-z0-9])?$", var.name))
    error_message = "Lower-case letters, digits and dashes, a letter first, at most 56: names in Yandex Cloud have at most 63 characters."
  }
}

variable "labels" {
  type        = map(string)
  description = "Labels of every resource: installation, run, fence, expiry."

  validation {
    condition = alltrue([
      for key in ["benchbus-installation", "benchbus-run", "benchbus-fence", "benchbus-expiry"] : lookup(var.labels, key, "") != ""
    ])
    error_message = "benchbus-installation, benchbus-run, benchbus-fence and benchbus-expiry are needed: what nobody can tell whose it is, nobody removes."
  }

  validation {
    condition     = alltrue([for key, value in var.labels : can(regex("^[a-z][-_0-9a-z]{0,62}$", key)) && can(regex("^[-_0-9a-z]{0,63}$", value))])
    error_message = "Keys and values of labels are of lower-case letters, digits, dashes and underscores, at most 63."
  }
}

variable "network_id" {
  type        = string
  description = "The existing VPC network."

  validation {
    condition     = var.network_id != ""
    error_message = "The id of an existing VPC network is needed."
  }
}

variable "zone" {
  type        = string
  description = "Availability zone of the subnet and the machines."
}

variable "cidr" {
  type        = string
  description = "The block that was reserved for the run."

  validation {
    condition     = can(cidrnetmask(var.cidr)) && try(tonumber(split("/", var.cidr)[1]), 0) >= 16 && try(tonumber(split("/", var.cidr)[1]), 32) <= 28
    error_message = "An IPv4 block from /16 to /28: what a subnet of Yandex Cloud may have."
  }
}

variable "ssh_cidrs" {
  type        = list(string)
  default     = []
  description = "From where SSH is let in; none: from nowhere."

  validation {
    condition     = alltrue([for block in var.ssh_cidrs : can(cidrnetmask(block)) && !endswith(block, "/0")])
    error_message = "IPv4 ranges, and never the whole internet (/0)."
  }
}

variable "platform_id" {
  type        = string
  default     = "standard-v2"
  description = "Kind of processor."
}

variable "image_id" {
  type        = string
  description = "Image of the boot disks."

  validation {
    condition     = var.image_id != ""
    error_message = "The id of an image is needed."
  }
}

variable "disk_type" {
  type        = string
  default     = "network-ssd"
  description = "Kind of the boot disks."
}

variable "public_addresses" {
  type        = bool
  default     = false
  description = "Gives each machine a public address."
}

variable "serial_port" {
  type        = bool
  default     = false
  description = "Opens the serial console, for people who look for why a machine does not come up."
}

variable "nodes" {
  type = map(object({
    # Name of the machine and of its host, unique in the folder.
    machine = string
    # The reserved address, of `cidr`.
    address = string
    cores   = number
    # GB
    memory = number
    # GB
    disk = number
    # cloud-init's. No secrets: it stands in the plan and the state.
    user_data = string
  }))
  description = "One machine each, by the node's name."

  validation {
    condition     = length(var.nodes) > 0
    error_message = "At least one node is needed."
  }

  validation {
    condition     = alltrue([for node in var.nodes : can(regex("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$", node.machine))])
    error_message = "Machines are named by lower-case letters, digits and dashes, a letter first, at most 63."
  }

  validation {
    condition     = length(distinct([for node in var.nodes : node.address])) == length(var.nodes)
    error_message = "Every node has an address of its own."
  }
}

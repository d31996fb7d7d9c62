# Looks up by name what a run may have made: a state may lack a resource (the answer was lost, terraform was killed), or be
# lost itself. Names are unique in a folder, and follow from installation, run and node. Only planned, never applied: the
# stream of the plan says the id of each one that is there, and an error for each that is not.

variable "subnets" {
  type        = map(string)
  description = "Address in the module yandex → name."
}

variable "groups" {
  type        = map(string)
  description = "Address in the module yandex → name."
}

variable "machines" {
  type        = map(string)
  description = "Address in the module yandex → name."
}

data "yandex_vpc_subnet" "found" {
  for_each = var.subnets
  name     = each.value
}

data "yandex_vpc_security_group" "found" {
  for_each = var.groups
  name     = each.value
}

data "yandex_compute_instance" "found" {
  for_each = var.machines
  name     = each.value
}

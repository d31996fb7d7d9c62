resource "yandex_vpc_subnet" "run" {
  name           = "${var.name}-subnet"
  description    = "benchbus: block of one run"
  labels         = var.labels
  network_id     = var.network_id
  zone           = var.zone
  v4_cidr_blocks = [var.cidr]
}

resource "yandex_vpc_security_group" "run" {
  name        = "${var.name}-group"
  description = "benchbus: machines of one run"
  labels      = var.labels
  network_id  = var.network_id

  ingress {
    protocol          = "ANY"
    description       = "between the machines of the run"
    predefined_target = "self_security_group"
    from_port         = 0
    to_port           = 65535
  }

  dynamic "ingress" {
    for_each = length(var.ssh_cidrs) > 0 ? [var.ssh_cidrs] : []

    content {
      protocol       = "TCP"
      description    = "SSH, from where the operator says"
      v4_cidr_blocks = ingress.value
      port           = 22
    }
  }

  egress {
    protocol       = "ANY"
    description    = "packages, images, the control plane"
    v4_cidr_blocks = ["0.0.0.0/0"]
    from_port      = 0
    to_port        = 65535
  }
}

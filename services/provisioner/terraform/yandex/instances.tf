resource "yandex_compute_instance" "node" {
  for_each = var.nodes

  name        = each.value.machine
  hostname    = each.value.machine
  description = "benchbus: node ${each.key} of one run"
  labels      = merge(var.labels, { "benchbus-node" = each.key })
  platform_id = var.platform_id
  zone        = var.zone

  resources {
    cores  = each.value.cores
    memory = each.value.memory
  }

  boot_disk {
    auto_delete = true

    initialize_params {
      image_id = var.image_id
      size     = each.value.disk
      type     = var.disk_type
    }
  }

  network_interface {
    subnet_id          = yandex_vpc_subnet.run.id
    ip_address         = each.value.address
    nat                = var.public_addresses
    security_group_ids = [yandex_vpc_security_group.run.id]
  }

  metadata = {
    "user-data"          = each.value.user_data
    "serial-port-enable" = var.serial_port ? "1" : "0"
  }

  lifecycle {
    # A second apply of the same fence takes up what is there: its enrolment code is another one.
    ignore_changes = [metadata]
  }
}

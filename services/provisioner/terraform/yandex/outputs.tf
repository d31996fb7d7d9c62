output "nodes" {
  description = "Of each node its id, its internal address, and its public one where it has one."
  value = {
    for name, machine in yandex_compute_instance.node : name => {
      id      = machine.id
      address = machine.network_interface[0].ip_address
      nat     = machine.network_interface[0].nat_ip_address
    }
  }
}

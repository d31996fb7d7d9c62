# One layer with every program that the suites' images need, installed once: the images are configurations on top of it.
FROM debian:trixie-slim
# The official image's ids, before a package chooses others; its packages start no service and make no cluster.
RUN set -eux; \
    groupadd --system --gid 999 postgres; \
    useradd --system --uid 999 --gid postgres --home-dir /var/lib/postgresql --shell /bin/bash postgres; \
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d; \
    mkdir -p /etc/postgresql-common; echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf; \
    printf 'path-exclude /usr/share/doc/*\npath-exclude /usr/share/man/*\npath-exclude /usr/share/locale/*\n' >/etc/dpkg/dpkg.cfg.d/slim; \
    echo 'force-unsafe-io' >/etc/dpkg/dpkg.cfg.d/fast; \
    apt-get update -q; \
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
      ca-certificates util-linux libatomic1 libstdc++6 \
      postgresql-17 postgresql-client-17 \
      patroni python3-etcd \
      etcd-server etcd-client \
      pgbouncer \
      prometheus-node-exporter prometheus-postgres-exporter prometheus-pgbouncer-exporter \
      rclone; \
    apt-get clean; rm -rf /etc/etcd /etc/pgbouncer/* /var/lib/etcd
# What the machine trusts (a proxy's certificate, say), so that builds reach what it reaches.
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt

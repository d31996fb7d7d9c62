# NATS, Valkey and the S3 gateway where no registry is: with the paths, the users and the busybox of their official images.
FROM debian:trixie-slim
RUN set -eux; groupadd --gid 1000 valkey; useradd --uid 999 --gid 1000 --home-dir /data --shell /usr/sbin/nologin valkey; \
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d; \
    apt-get update -q; DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends valkey-server valkey-tools busybox; \
    apt-get clean; rm -rf /var/lib/apt/lists/*; ln -s busybox /usr/bin/wget; \
    mkdir -p /data /data/buckets /data/attributes; chown valkey:valkey /data
COPY nats-server versitygw /usr/local/bin/

# edoburu/pgbouncer: user postgres (70), programs in /usr/bin.
FROM benchbus-offline/shared
COPY pgbouncer-entrypoint.sh /entrypoint.sh
RUN set -eu; groupmod --gid 70 postgres; usermod --uid 70 --gid 70 postgres; \
    ln -s /usr/sbin/pgbouncer /usr/bin/pgbouncer; \
    mkdir -p /etc/pgbouncer /var/log/pgbouncer /var/run/pgbouncer; \
    chown -R postgres:postgres /etc/pgbouncer /var/log/pgbouncer /var/run/pgbouncer
EXPOSE 5432
USER postgres
ENTRYPOINT ["/entrypoint.sh"]
CMD ["/usr/bin/pgbouncer", "/etc/pgbouncer/pgbouncer.ini"]

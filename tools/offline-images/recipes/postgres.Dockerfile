# postgres:17 and postgres:17-alpine, by the ids and the folder of programs that each has.
FROM benchbus-offline/shared
ARG POSTGRES_UID=999
ARG BIN_DIR=/usr/lib/postgresql/17/bin
ENV PG_MAJOR=17 PGDATA=/var/lib/postgresql/data PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/17/bin
ENV LANG=C.UTF-8
COPY docker-entrypoint.sh /usr/local/bin/
RUN set -eu; \
    groupmod --gid "$POSTGRES_UID" postgres; usermod --uid "$POSTGRES_UID" --gid "$POSTGRES_UID" postgres; \
    mkdir -p "$PGDATA" /var/run/postgresql /docker-entrypoint-initdb.d; \
    chown -R postgres:postgres /var/lib/postgresql /var/run/postgresql; chmod 3777 /var/run/postgresql; chmod 1777 "$PGDATA"; \
    [ "$BIN_DIR" = /usr/lib/postgresql/17/bin ] || ln -s /usr/lib/postgresql/17/bin/* "$BIN_DIR"
VOLUME /var/lib/postgresql/data
EXPOSE 5432
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]

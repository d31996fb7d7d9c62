# quay.io/prometheuscommunity/pgbouncer-exporter: user nobody, one program in /bin, by its upstream name.
FROM benchbus-offline/shared
RUN ln -s /usr/bin/prometheus-pgbouncer-exporter /bin/pgbouncer_exporter
EXPOSE 9127
USER nobody
ENTRYPOINT ["/bin/pgbouncer_exporter"]

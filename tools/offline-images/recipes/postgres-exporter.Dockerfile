# prometheuscommunity/postgres-exporter: user nobody, one program in /bin, by its upstream name.
FROM benchbus-offline/shared
RUN ln -s /usr/bin/prometheus-postgres-exporter /bin/postgres_exporter
EXPOSE 9187
USER nobody
ENTRYPOINT ["/bin/postgres_exporter"]

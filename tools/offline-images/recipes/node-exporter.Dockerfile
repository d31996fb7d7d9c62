# prom/node-exporter: user nobody, one program in /bin, by its upstream name.
FROM benchbus-offline/shared
RUN ln -s /usr/bin/prometheus-node-exporter /bin/node_exporter
EXPOSE 9100
USER nobody
ENTRYPOINT ["/bin/node_exporter"]

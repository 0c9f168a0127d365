# Bookwell: the app (`serve`, the default) or a worker (`worker`), as one image.
# Everything it writes lies under /var/lib/bookwell and /tmp; the rest may be mounted read-only.
FROM node:22-bookworm-slim AS assets
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM python:3.11-slim-bookworm
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 \
    HOST=0.0.0.0 DATA_DIR=/var/lib/bookwell
WORKDIR /app
COPY requirements.txt ./
RUN pip install --disable-pip-version-check -r requirements.txt \
    && useradd --system --uid 10001 --home-dir /var/lib/bookwell --create-home bookwell
COPY domain ./domain
COPY translations ./translations
COPY listeners ./listeners
COPY webapp ./webapp
COPY --from=assets /build/node_modules/htmx.org/dist/htmx.min.js \
    /build/node_modules/@picocss/pico/css/pico.min.css ./webapp/static/vendor/
COPY hosting ./hosting
COPY run.py LICENSE ./
USER 10001:10001
VOLUME /var/lib/bookwell
EXPOSE 8000
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "run.py"]
CMD ["serve"]

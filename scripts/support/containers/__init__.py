"""Containers for tests on machines without an engine: Linux namespaces and the rules of docker/Dockerfile and compose.yaml."""

# The image as it is released: for both processors, with labels, a bill of materials and a record of its build.
#   NODE_IMAGE=node:22-bookworm-slim@sha256:… \
#     REPOSITORY=registry.example.com/unitscope VERSION=0.2.0 REVISION=$(git rev-parse HEAD) \
#     docker buildx bake --file infra/docker/docker-bake.hcl --push
# Run from the root of a clone. `docker buildx imagetools inspect IMAGE --format '{{ json .SBOM }}'` shows the bill.
variable "REPOSITORY" { default = "unitscope" }
variable "VERSION" { default = "dev" }
variable "REVISION" { default = "" }
variable "SOURCE" { default = "" }
# What is released stands on a base that nobody can exchange. `docker buildx imagetools inspect node:22-bookworm-slim` tells
# the digest of today.
variable "NODE_IMAGE" {
  default = ""
  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", NODE_IMAGE))
    error_message = "NODE_IMAGE: expected a base image by its digest, node:22-bookworm-slim@sha256:…"
  }
}

group "default" { targets = ["image"] }

target "image" {
  context    = "."
  dockerfile = "infra/docker/Dockerfile"
  args       = { NODE_IMAGE = NODE_IMAGE }
  platforms  = ["linux/amd64", "linux/arm64"]
  tags       = ["${REPOSITORY}:${VERSION}"]
  attest     = ["type=sbom", "type=provenance,mode=max"]
  labels = {
    "org.opencontainers.image.title"       = "unitscope"
    "org.opencontainers.image.description" = "Feature entropy of every unit of every layer of every CNN checkpoint"
    "org.opencontainers.image.licenses"    = "Apache-2.0"
    "org.opencontainers.image.version"     = "${VERSION}"
    "org.opencontainers.image.revision"    = "${REVISION}"
    "org.opencontainers.image.source"      = "${SOURCE}"
  }
}

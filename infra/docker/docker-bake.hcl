# The image as it is released: for both processors, with labels, a bill of materials and a record of its build.
#   REPOSITORY=registry.example.com/unitscope VERSION=0.2.0 REVISION=$(git rev-parse HEAD) \
#     docker buildx bake --file infra/docker/docker-bake.hcl --push
# Run from the root of a clone. `docker buildx imagetools inspect IMAGE --format '{{ json .SBOM }}'` shows the bill.
variable "REPOSITORY" { default = "unitscope" }
variable "VERSION" { default = "dev" }
variable "REVISION" { default = "" }
variable "SOURCE" { default = "" }

group "default" { targets = ["image"] }

target "image" {
  context    = "."
  dockerfile = "infra/docker/Dockerfile"
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

terraform {
  # Lock files in S3 (use_lockfile) came with 1.10, in Terraform and in OpenTofu.
  required_version = ">= 1.10.0"

  required_providers {
    yandex = {
      # With the host: OpenTofu would look in its own registry, and Yandex' mirror serves this one.
      source  = "registry.terraform.io/yandex-cloud/yandex"
      version = "0.127.0"
    }
  }
}

# Nothing here on purpose: token or key file, cloud, folder and zone come by the environment (YC_TOKEN or
# YC_SERVICE_ACCOUNT_KEY_FILE, YC_CLOUD_ID, YC_FOLDER_ID, YC_ZONE), so no plan and no state holds a credential.
provider "yandex" {}

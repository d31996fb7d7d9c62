// Package provider speaks Terraform's protocol for the double's cloud.
package provider

import (
	"context"
	"os"

	"benchbus.io/terraform-provider-double/cloud"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

type yandex struct{}

// New provider.
func New() provider.Provider { return yandex{} }

type configuration struct {
	Token                 types.String `tfsdk:"token"`
	ServiceAccountKeyFile types.String `tfsdk:"service_account_key_file"`
	CloudID               types.String `tfsdk:"cloud_id"`
	FolderID              types.String `tfsdk:"folder_id"`
	Zone                  types.String `tfsdk:"zone"`
	Endpoint              types.String `tfsdk:"endpoint"`
}

func (yandex) Metadata(_ context.Context, _ provider.MetadataRequest, response *provider.MetadataResponse) {
	response.TypeName = "yandex"
}

func (yandex) Schema(_ context.Context, _ provider.SchemaRequest, response *provider.SchemaResponse) {
	response.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"token":                    schema.StringAttribute{Optional: true, Sensitive: true},
		"service_account_key_file": schema.StringAttribute{Optional: true, Sensitive: true},
		"cloud_id":                 schema.StringAttribute{Optional: true},
		"folder_id":                schema.StringAttribute{Optional: true},
		"zone":                     schema.StringAttribute{Optional: true},
		"endpoint":                 schema.StringAttribute{Optional: true},
	}}
}

func setting(given types.String, variable string) string {
	if value := given.ValueString(); value != "" {
		return value
	}
	return os.Getenv(variable)
}

func (yandex) Configure(ctx context.Context, request provider.ConfigureRequest, response *provider.ConfigureResponse) {
	config := configuration{}
	response.Diagnostics.Append(request.Config.Get(ctx, &config)...)
	if response.Diagnostics.HasError() {
		return
	}
	dir := os.Getenv("YC_DOUBLE_DIR")
	if dir == "" {
		response.Diagnostics.AddError("YC_DOUBLE_DIR is not set", "this is a double of the provider: it needs the folder of its inventory")
		return
	}
	token := setting(config.Token, "YC_TOKEN")
	if file := setting(config.ServiceAccountKeyFile, "YC_SERVICE_ACCOUNT_KEY_FILE"); token == "" && file != "" {
		key, err := os.ReadFile(file)
		if err != nil {
			response.Diagnostics.AddError("service_account_key_file", err.Error())
			return
		}
		token = string(key)
	}
	at := &account{
		inventory: cloud.Inventory{Dir: dir},
		token:     token,
		folder:    setting(config.FolderID, "YC_FOLDER_ID"),
		zone:      setting(config.Zone, "YC_ZONE"),
	}
	response.ResourceData, response.DataSourceData = at, at
}

func (yandex) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		func() resource.Resource { return &subnet{} },
		func() resource.Resource { return &securityGroup{} },
		func() resource.Resource { return &instance{} },
	}
}

func (yandex) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		func() datasource.DataSource { return &byName{kind: cloud.Subnet, id: "subnet_id"} },
		func() datasource.DataSource { return &byName{kind: cloud.SecurityGroup, id: "security_group_id"} },
		func() datasource.DataSource { return &byName{kind: cloud.Instance, id: "instance_id"} },
	}
}

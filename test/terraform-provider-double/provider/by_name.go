package provider

import (
	"context"
	"fmt"

	"benchbus.io/terraform-provider-double/cloud"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// byName is the data source of a kind: looks a resource up by its name, as the real ones do.
type byName struct {
	kind, id string
	at       *account
}

func (d *byName) Configure(_ context.Context, request datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	if at, is := request.ProviderData.(*account); is {
		d.at = at
	}
}

func (d *byName) Metadata(_ context.Context, _ datasource.MetadataRequest, response *datasource.MetadataResponse) {
	response.TypeName = d.kind
}

func (d *byName) Schema(_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse) {
	response.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true}, d.id: schema.StringAttribute{Optional: true, Computed: true},
		"name": schema.StringAttribute{Optional: true, Computed: true}, "folder_id": schema.StringAttribute{Optional: true, Computed: true},
		"labels": schema.MapAttribute{Computed: true, ElementType: types.StringType},
	}}
}

func (d *byName) Read(ctx context.Context, request datasource.ReadRequest, response *datasource.ReadResponse) {
	name := types.String{}
	response.Diagnostics.Append(request.Config.GetAttribute(ctx, path.Root("name"), &name)...)
	if err := d.at.inventory.CheckToken(d.at.token); err != nil {
		refuse(&response.Diagnostics, "resolve name", err)
		return
	}
	item, err := d.at.inventory.ByName(d.kind, name.ValueString())
	if err == nil && item == nil {
		err = fmt.Errorf("%s with name %q not found", d.kind, name.ValueString())
		response.Diagnostics.AddError("failed to resolve data source by name", cloud.Refusal{Code: "NotFound", Text: err.Error()}.Error())
		return
	}
	if err != nil {
		refuse(&response.Diagnostics, "resolve name", err)
		return
	}
	for attribute, value := range map[string]string{"id": item.ID, d.id: item.ID, "name": item.Name, "folder_id": item.FolderID} {
		response.Diagnostics.Append(response.State.SetAttribute(ctx, path.Root(attribute), value)...)
	}
	response.Diagnostics.Append(response.State.SetAttribute(ctx, path.Root("labels"), mapOf(ctx, item.Labels))...)
}

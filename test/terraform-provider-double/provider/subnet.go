package provider

import (
	"context"

	"benchbus.io/terraform-provider-double/cloud"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

type subnet struct{ cloudResource }

type subnetModel struct {
	ID           types.String `tfsdk:"id"`
	CreatedAt    types.String `tfsdk:"created_at"`
	Name         types.String `tfsdk:"name"`
	Description  types.String `tfsdk:"description"`
	FolderID     types.String `tfsdk:"folder_id"`
	Labels       types.Map    `tfsdk:"labels"`
	NetworkID    types.String `tfsdk:"network_id"`
	Zone         types.String `tfsdk:"zone"`
	RouteTableID types.String `tfsdk:"route_table_id"`
	V4CidrBlocks types.List   `tfsdk:"v4_cidr_blocks"`
}

type subnetKept struct {
	Description, NetworkID, Zone, RouteTableID string
	V4CidrBlocks                               []string
}

func (*subnet) Metadata(_ context.Context, _ resource.MetadataRequest, response *resource.MetadataResponse) {
	response.TypeName = cloud.Subnet
}

func (*subnet) Schema(_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	response.Schema = schema.Schema{Attributes: named(map[string]schema.Attribute{
		"network_id":     needed,
		"zone":           text,
		"route_table_id": text,
		"v4_cidr_blocks": schema.ListAttribute{
			Required: true, ElementType: types.StringType, PlanModifiers: []planmodifier.List{listplanmodifier.RequiresReplace()},
		},
	})}
}

func (m *subnetModel) show(ctx context.Context, item cloud.Item, kept subnetKept) {
	m.ID, m.CreatedAt, m.FolderID = textOf(item.ID), textOf(item.CreatedAt), textOf(item.FolderID)
	m.Name, m.Labels, m.Description = textOf(item.Name), mapOf(ctx, item.Labels), textOf(kept.Description)
	m.NetworkID, m.Zone, m.RouteTableID = textOf(kept.NetworkID), textOf(kept.Zone), textOf(kept.RouteTableID)
	m.V4CidrBlocks = listOf(ctx, kept.V4CidrBlocks)
}

func (r *subnet) Create(ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse) {
	model := subnetModel{}
	response.Diagnostics.Append(request.Plan.Get(ctx, &model)...)
	if response.Diagnostics.HasError() {
		return
	}
	kept := subnetKept{
		Description: model.Description.ValueString(), NetworkID: model.NetworkID.ValueString(),
		Zone: model.Zone.ValueString(), RouteTableID: model.RouteTableID.ValueString(),
	}
	model.V4CidrBlocks.ElementsAs(ctx, &kept.V4CidrBlocks, false)
	cidr := ""
	if len(kept.V4CidrBlocks) > 0 {
		cidr = kept.V4CidrBlocks[0]
	}
	item, err := r.at.create(ctx, making{
		kind: cloud.Subnet, prefix: "e9b", name: model.Name.ValueString(), labels: model.Labels,
		place: cloud.Place{NetworkID: kept.NetworkID, Zone: kept.Zone, Cidr: cidr},
		fill:  func(cloud.Item) any { return kept },
	})
	if err != nil {
		refuse(&response.Diagnostics, "create subnet", err)
		return
	}
	model.show(ctx, item, kept)
	response.Diagnostics.Append(response.State.Set(ctx, &model)...)
}

func (r *subnet) Read(ctx context.Context, request resource.ReadRequest, response *resource.ReadResponse) {
	model := subnetModel{}
	response.Diagnostics.Append(request.State.Get(ctx, &model)...)
	item, err := r.at.read(ctx, cloud.Subnet, model.ID.ValueString())
	if err != nil {
		refuse(&response.Diagnostics, "get subnet", err)
		return
	}
	if item == nil {
		response.State.RemoveResource(ctx)
		return
	}
	kept, err := attributes[subnetKept](*item)
	refuse(&response.Diagnostics, "get subnet", err)
	model.show(ctx, *item, kept)
	response.Diagnostics.Append(response.State.Set(ctx, &model)...)
}

func (r *subnet) Delete(ctx context.Context, request resource.DeleteRequest, response *resource.DeleteResponse) {
	model := subnetModel{}
	response.Diagnostics.Append(request.State.Get(ctx, &model)...)
	refuse(&response.Diagnostics, "delete subnet", r.at.remove(ctx, cloud.Subnet, model.ID.ValueString(), func() error { return nil }))
}

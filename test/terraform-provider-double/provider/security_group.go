package provider

import (
	"context"

	"benchbus.io/terraform-provider-double/cloud"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

type securityGroup struct{ cloudResource }

type ruleModel struct {
	Description      types.String `tfsdk:"description"`
	Labels           types.Map    `tfsdk:"labels"`
	Protocol         types.String `tfsdk:"protocol"`
	Port             types.Int64  `tfsdk:"port"`
	FromPort         types.Int64  `tfsdk:"from_port"`
	ToPort           types.Int64  `tfsdk:"to_port"`
	V4CidrBlocks     types.List   `tfsdk:"v4_cidr_blocks"`
	SecurityGroupID  types.String `tfsdk:"security_group_id"`
	PredefinedTarget types.String `tfsdk:"predefined_target"`
}

type securityGroupModel struct {
	ID          types.String `tfsdk:"id"`
	CreatedAt   types.String `tfsdk:"created_at"`
	Name        types.String `tfsdk:"name"`
	Description types.String `tfsdk:"description"`
	FolderID    types.String `tfsdk:"folder_id"`
	Labels      types.Map    `tfsdk:"labels"`
	NetworkID   types.String `tfsdk:"network_id"`
	Status      types.String `tfsdk:"status"`
	Ingress     []ruleModel  `tfsdk:"ingress"`
	Egress      []ruleModel  `tfsdk:"egress"`
}

type ruleKept struct {
	Description, Protocol, SecurityGroupID, PredefinedTarget string
	Port, FromPort, ToPort                                   *int64
	V4CidrBlocks                                             []string
}

type securityGroupKept struct {
	Description, NetworkID string
	Ingress, Egress        []ruleKept
}

func (*securityGroup) Metadata(_ context.Context, _ resource.MetadataRequest, response *resource.MetadataResponse) {
	response.TypeName = cloud.SecurityGroup
}

func (*securityGroup) Schema(_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	rule := schema.SetNestedBlock{NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
		"description": schema.StringAttribute{Optional: true}, "labels": labels, "protocol": schema.StringAttribute{Required: true},
		"port": schema.Int64Attribute{Optional: true}, "from_port": schema.Int64Attribute{Optional: true}, "to_port": schema.Int64Attribute{Optional: true},
		"v4_cidr_blocks": texts, "security_group_id": schema.StringAttribute{Optional: true}, "predefined_target": schema.StringAttribute{Optional: true},
	}}}
	response.Schema = schema.Schema{
		Attributes: named(map[string]schema.Attribute{"network_id": needed, "status": told}),
		Blocks:     map[string]schema.Block{"ingress": rule, "egress": rule},
	}
}

func keepRules(ctx context.Context, models []ruleModel) []ruleKept {
	kept := []ruleKept{}
	for _, model := range models {
		one := ruleKept{
			Description: model.Description.ValueString(), Protocol: model.Protocol.ValueString(),
			SecurityGroupID: model.SecurityGroupID.ValueString(), PredefinedTarget: model.PredefinedTarget.ValueString(),
			Port: model.Port.ValueInt64Pointer(), FromPort: model.FromPort.ValueInt64Pointer(), ToPort: model.ToPort.ValueInt64Pointer(),
		}
		model.V4CidrBlocks.ElementsAs(ctx, &one.V4CidrBlocks, false)
		kept = append(kept, one)
	}
	return kept
}

func showRules(ctx context.Context, kept []ruleKept) []ruleModel {
	models := []ruleModel{}
	for _, one := range kept {
		models = append(models, ruleModel{
			Description: textOf(one.Description), Labels: types.MapNull(types.StringType), Protocol: textOf(one.Protocol),
			Port: types.Int64PointerValue(one.Port), FromPort: types.Int64PointerValue(one.FromPort), ToPort: types.Int64PointerValue(one.ToPort),
			V4CidrBlocks: listOf(ctx, one.V4CidrBlocks), SecurityGroupID: textOf(one.SecurityGroupID), PredefinedTarget: textOf(one.PredefinedTarget),
		})
	}
	return models
}

func (m *securityGroupModel) show(ctx context.Context, item cloud.Item, kept securityGroupKept) {
	m.ID, m.CreatedAt, m.FolderID = textOf(item.ID), textOf(item.CreatedAt), textOf(item.FolderID)
	m.Name, m.Labels, m.Description = textOf(item.Name), mapOf(ctx, item.Labels), textOf(kept.Description)
	m.NetworkID, m.Status = textOf(kept.NetworkID), types.StringValue("ACTIVE")
	m.Ingress, m.Egress = showRules(ctx, kept.Ingress), showRules(ctx, kept.Egress)
}

func (r *securityGroup) Create(ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse) {
	model := securityGroupModel{}
	response.Diagnostics.Append(request.Plan.Get(ctx, &model)...)
	if response.Diagnostics.HasError() {
		return
	}
	kept := securityGroupKept{
		Description: model.Description.ValueString(), NetworkID: model.NetworkID.ValueString(),
		Ingress: keepRules(ctx, model.Ingress), Egress: keepRules(ctx, model.Egress),
	}
	item, err := r.at.create(ctx, making{
		kind: cloud.SecurityGroup, prefix: "enp", name: model.Name.ValueString(), labels: model.Labels,
		place: cloud.Place{NetworkID: kept.NetworkID},
		fill:  func(cloud.Item) any { return kept },
	})
	if err != nil {
		refuse(&response.Diagnostics, "create security group", err)
		return
	}
	model.show(ctx, item, kept)
	response.Diagnostics.Append(response.State.Set(ctx, &model)...)
}

func (r *securityGroup) Read(ctx context.Context, request resource.ReadRequest, response *resource.ReadResponse) {
	model := securityGroupModel{}
	response.Diagnostics.Append(request.State.Get(ctx, &model)...)
	item, err := r.at.read(ctx, cloud.SecurityGroup, model.ID.ValueString())
	if err != nil {
		refuse(&response.Diagnostics, "get security group", err)
		return
	}
	if item == nil {
		response.State.RemoveResource(ctx)
		return
	}
	kept, err := attributes[securityGroupKept](*item)
	refuse(&response.Diagnostics, "get security group", err)
	model.show(ctx, *item, kept)
	response.Diagnostics.Append(response.State.Set(ctx, &model)...)
}

func (r *securityGroup) Delete(ctx context.Context, request resource.DeleteRequest, response *resource.DeleteResponse) {
	model := securityGroupModel{}
	response.Diagnostics.Append(request.State.Get(ctx, &model)...)
	err := r.at.remove(ctx, cloud.SecurityGroup, model.ID.ValueString(), func() error { return nil })
	refuse(&response.Diagnostics, "delete security group", err)
}

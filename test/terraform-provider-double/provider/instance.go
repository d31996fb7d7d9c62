package provider

import (
	"context"

	"benchbus.io/terraform-provider-double/cloud"
	"benchbus.io/terraform-provider-double/machine"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

type instance struct{ cloudResource }

func (*instance) Metadata(_ context.Context, _ resource.MetadataRequest, response *resource.MetadataResponse) {
	response.TypeName = cloud.Instance
}

func block(attributes map[string]schema.Attribute, blocks map[string]schema.Block) schema.ListNestedBlock {
	return schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{Attributes: attributes, Blocks: blocks}}
}

func (*instance) Schema(_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	response.Schema = schema.Schema{
		Attributes: named(map[string]schema.Attribute{
			"hostname": text, "platform_id": text, "zone": text, "service_account_id": text, "fqdn": told, "status": told,
			"allow_stopping_for_update": schema.BoolAttribute{Optional: true},
			"metadata":                  schema.MapAttribute{Optional: true, ElementType: types.StringType},
		}),
		Blocks: map[string]schema.Block{
			"resources": block(map[string]schema.Attribute{
				"cores": schema.Int64Attribute{Required: true}, "memory": schema.Float64Attribute{Required: true},
				"core_fraction": schema.Int64Attribute{Optional: true, Computed: true},
			}, nil),
			"boot_disk": block(
				map[string]schema.Attribute{"auto_delete": schema.BoolAttribute{Optional: true}, "disk_id": schema.StringAttribute{Optional: true, Computed: true}},
				map[string]schema.Block{"initialize_params": block(map[string]schema.Attribute{
					"image_id": schema.StringAttribute{Optional: true}, "size": schema.Int64Attribute{Optional: true}, "type": schema.StringAttribute{Optional: true},
				}, nil)},
			),
			"network_interface": block(map[string]schema.Attribute{
				"subnet_id": schema.StringAttribute{Required: true}, "ip_address": schema.StringAttribute{Optional: true},
				"nat": schema.BoolAttribute{Optional: true}, "nat_ip_address": schema.StringAttribute{Optional: true, Computed: true},
				"nat_ip_version": schema.StringAttribute{Computed: true}, "mac_address": schema.StringAttribute{Computed: true},
				"security_group_ids": schema.SetAttribute{Optional: true, ElementType: types.StringType},
			}, nil),
			"scheduling_policy": block(map[string]schema.Attribute{"preemptible": schema.BoolAttribute{Optional: true}}, nil),
		},
	}
}

func (r *instance) Create(ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse) {
	model := instanceModel{}
	response.Diagnostics.Append(request.Plan.Get(ctx, &model)...)
	if response.Diagnostics.HasError() {
		return
	}
	kept := model.keep(ctx)
	item, err := r.at.create(ctx, making{
		kind: cloud.Instance, prefix: "fhm", name: model.Name.ValueString(), labels: model.Labels,
		place: cloud.Place{SubnetID: kept.SubnetID, Address: kept.Address, ImageID: kept.ImageID, PlatformID: kept.PlatformID, Zone: kept.Zone},
		fill:  func(cloud.Item) any { return kept },
		then: func(item cloud.Item) error {
			rules, err := r.at.inventory.Rules()
			if err != nil {
				return err
			}
			return machine.Start(r.at.inventory.Dir, item.ID, kept.Metadata["user-data"], rules.Docker)
		},
	})
	if err != nil {
		refuse(&response.Diagnostics, "create instance", err)
		return
	}
	model.show(ctx, item, kept)
	response.Diagnostics.Append(response.State.Set(ctx, &model)...)
}

func (r *instance) Read(ctx context.Context, request resource.ReadRequest, response *resource.ReadResponse) {
	model := instanceModel{}
	response.Diagnostics.Append(request.State.Get(ctx, &model)...)
	item, err := r.at.read(ctx, cloud.Instance, model.ID.ValueString())
	if err != nil {
		refuse(&response.Diagnostics, "get instance", err)
		return
	}
	if item == nil {
		response.State.RemoveResource(ctx)
		return
	}
	kept, err := attributes[instanceKept](*item)
	refuse(&response.Diagnostics, "get instance", err)
	model.show(ctx, *item, kept)
	response.Diagnostics.Append(response.State.Set(ctx, &model)...)
}

func (r *instance) Delete(ctx context.Context, request resource.DeleteRequest, response *resource.DeleteResponse) {
	model := instanceModel{}
	response.Diagnostics.Append(request.State.Get(ctx, &model)...)
	id := model.ID.ValueString()
	err := r.at.remove(ctx, cloud.Instance, id, func() error {
		rules, err := r.at.inventory.Rules()
		if err != nil {
			return err
		}
		return machine.Stop(r.at.inventory.Dir, id, rules.Docker)
	})
	refuse(&response.Diagnostics, "delete instance", err)
}

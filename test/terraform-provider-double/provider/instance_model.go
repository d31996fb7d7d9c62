package provider

import (
	"context"
	"fmt"

	"benchbus.io/terraform-provider-double/cloud"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

type resourcesModel struct {
	Cores        types.Int64   `tfsdk:"cores"`
	Memory       types.Float64 `tfsdk:"memory"`
	CoreFraction types.Int64   `tfsdk:"core_fraction"`
}

type initializeModel struct {
	ImageID types.String `tfsdk:"image_id"`
	Size    types.Int64  `tfsdk:"size"`
	Type    types.String `tfsdk:"type"`
}

type bootDiskModel struct {
	AutoDelete       types.Bool        `tfsdk:"auto_delete"`
	DiskID           types.String      `tfsdk:"disk_id"`
	InitializeParams []initializeModel `tfsdk:"initialize_params"`
}

type interfaceModel struct {
	SubnetID         types.String `tfsdk:"subnet_id"`
	IPAddress        types.String `tfsdk:"ip_address"`
	Nat              types.Bool   `tfsdk:"nat"`
	NatIPAddress     types.String `tfsdk:"nat_ip_address"`
	NatIPVersion     types.String `tfsdk:"nat_ip_version"`
	MacAddress       types.String `tfsdk:"mac_address"`
	SecurityGroupIDs types.Set    `tfsdk:"security_group_ids"`
}

type schedulingModel struct {
	Preemptible types.Bool `tfsdk:"preemptible"`
}

type instanceModel struct {
	ID                     types.String      `tfsdk:"id"`
	CreatedAt              types.String      `tfsdk:"created_at"`
	Name                   types.String      `tfsdk:"name"`
	Description            types.String      `tfsdk:"description"`
	FolderID               types.String      `tfsdk:"folder_id"`
	Labels                 types.Map         `tfsdk:"labels"`
	Hostname               types.String      `tfsdk:"hostname"`
	PlatformID             types.String      `tfsdk:"platform_id"`
	Zone                   types.String      `tfsdk:"zone"`
	ServiceAccountID       types.String      `tfsdk:"service_account_id"`
	AllowStoppingForUpdate types.Bool        `tfsdk:"allow_stopping_for_update"`
	Metadata               types.Map         `tfsdk:"metadata"`
	Fqdn                   types.String      `tfsdk:"fqdn"`
	Status                 types.String      `tfsdk:"status"`
	Resources              []resourcesModel  `tfsdk:"resources"`
	BootDisk               []bootDiskModel   `tfsdk:"boot_disk"`
	NetworkInterface       []interfaceModel  `tfsdk:"network_interface"`
	SchedulingPolicy       []schedulingModel `tfsdk:"scheduling_policy"`
}

type instanceKept struct {
	Description, Hostname, PlatformID, Zone, SubnetID, Address, NatAddress, Mac, DiskID, ImageID, DiskType string
	Nat, AutoDelete                                                                                        bool
	Cores, DiskSize                                                                                        int64
	Memory                                                                                                 float64
	Groups                                                                                                 []string
	Metadata                                                                                               map[string]string
}

func (m *instanceModel) keep(ctx context.Context) instanceKept {
	kept := instanceKept{
		Description: m.Description.ValueString(), Hostname: m.Hostname.ValueString(),
		PlatformID: m.PlatformID.ValueString(), Zone: m.Zone.ValueString(),
	}
	m.Metadata.ElementsAs(ctx, &kept.Metadata, false)
	for _, resources := range m.Resources {
		kept.Cores, kept.Memory = resources.Cores.ValueInt64(), resources.Memory.ValueFloat64()
	}
	for _, disk := range m.BootDisk {
		kept.AutoDelete, kept.DiskID = disk.AutoDelete.ValueBool(), cloud.NewID("fhm")
		for _, params := range disk.InitializeParams {
			kept.ImageID, kept.DiskSize, kept.DiskType = params.ImageID.ValueString(), params.Size.ValueInt64(), params.Type.ValueString()
		}
	}
	for _, link := range m.NetworkInterface {
		kept.SubnetID, kept.Address, kept.Nat = link.SubnetID.ValueString(), link.IPAddress.ValueString(), link.Nat.ValueBool()
		link.SecurityGroupIDs.ElementsAs(ctx, &kept.Groups, false)
		kept.Mac = "d0:0d:00:00:00:01"
		if kept.Nat {
			// Of the block for documentation: nothing is there.
			kept.NatAddress = "203.0.113.10"
		}
	}
	return kept
}

func (m *instanceModel) show(ctx context.Context, item cloud.Item, kept instanceKept) {
	m.ID, m.CreatedAt, m.FolderID = textOf(item.ID), textOf(item.CreatedAt), textOf(item.FolderID)
	m.Name, m.Labels, m.Description = textOf(item.Name), mapOf(ctx, item.Labels), textOf(kept.Description)
	m.Hostname, m.PlatformID, m.Zone = textOf(kept.Hostname), textOf(kept.PlatformID), textOf(kept.Zone)
	m.Fqdn, m.Status = types.StringValue(fmt.Sprintf("%s.ru-central1.internal", kept.Hostname)), types.StringValue("running")
	m.Metadata = mapOf(ctx, kept.Metadata)
	m.Resources = []resourcesModel{{Cores: types.Int64Value(kept.Cores), Memory: types.Float64Value(kept.Memory), CoreFraction: types.Int64Value(100)}}
	m.BootDisk = []bootDiskModel{{
		AutoDelete: types.BoolValue(kept.AutoDelete), DiskID: textOf(kept.DiskID),
		InitializeParams: []initializeModel{{ImageID: textOf(kept.ImageID), Size: types.Int64Value(kept.DiskSize), Type: textOf(kept.DiskType)}},
	}}
	groups, _ := types.SetValueFrom(ctx, types.StringType, kept.Groups)
	version := ""
	if kept.Nat {
		version = "IPV4"
	}
	m.NetworkInterface = []interfaceModel{{
		SubnetID: textOf(kept.SubnetID), IPAddress: textOf(kept.Address), Nat: types.BoolValue(kept.Nat),
		NatIPAddress: types.StringValue(kept.NatAddress), NatIPVersion: types.StringValue(version),
		MacAddress: textOf(kept.Mac), SecurityGroupIDs: groups,
	}}
}

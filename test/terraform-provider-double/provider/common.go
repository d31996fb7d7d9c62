package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// cloudResource is what all resources do the same way.
type cloudResource struct{ at *account }

func (r *cloudResource) Configure(_ context.Context, request resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	if at, is := request.ProviderData.(*account); is {
		r.at = at
	}
}

func (r *cloudResource) ImportState(ctx context.Context, request resource.ImportStateRequest, response *resource.ImportStateResponse) {
	resource.ImportStatePassthroughID(ctx, path.Root("id"), request, response)
}

func (r *cloudResource) Update(_ context.Context, _ resource.UpdateRequest, response *resource.UpdateResponse) {
	response.Diagnostics.AddError("The double changes nothing that is there", "benchbus makes and removes machines, and never changes them")
}

var (
	once   = []planmodifier.String{stringplanmodifier.RequiresReplace()}
	kept   = []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	text   = schema.StringAttribute{Optional: true, PlanModifiers: once}
	needed = schema.StringAttribute{Required: true, PlanModifiers: once}
	told   = schema.StringAttribute{Computed: true, PlanModifiers: kept}
	either = schema.StringAttribute{Optional: true, Computed: true, PlanModifiers: append([]planmodifier.String{}, kept...)}
	labels = schema.MapAttribute{Optional: true, ElementType: types.StringType}
	texts  = schema.ListAttribute{Optional: true, ElementType: types.StringType}
)

func named(attributes map[string]schema.Attribute) map[string]schema.Attribute {
	for name, attribute := range map[string]schema.Attribute{
		"id": told, "created_at": told, "name": text, "description": text, "folder_id": either, "labels": labels,
	} {
		attributes[name] = attribute
	}
	return attributes
}

func textOf(value string) types.String {
	if value == "" {
		return types.StringNull()
	}
	return types.StringValue(value)
}

func mapOf(ctx context.Context, values map[string]string) types.Map {
	if len(values) == 0 {
		return types.MapNull(types.StringType)
	}
	found, _ := types.MapValueFrom(ctx, types.StringType, values)
	return found
}

func listOf(ctx context.Context, values []string) types.List {
	if len(values) == 0 {
		return types.ListNull(types.StringType)
	}
	found, _ := types.ListValueFrom(ctx, types.StringType, values)
	return found
}

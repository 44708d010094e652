package provider

import (
	"bytes"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// responseModel is the envelope of an answer.
type responseModel struct {
	Version       *string             `tfsdk:"version"`
	StatusCode    *dataforseo.Integer `tfsdk:"status_code"`
	StatusMessage *string             `tfsdk:"status_message"`
	Time          *string             `tfsdk:"time"`
	Cost          *float64            `tfsdk:"cost"`
	TasksCount    *dataforseo.Integer `tfsdk:"tasks_count"`
	TasksError    *dataforseo.Integer `tfsdk:"tasks_error"`
	Task          *taskModel          `tfsdk:"task"`
}

type taskModel struct {
	ID            *string             `tfsdk:"id"`
	StatusCode    *dataforseo.Integer `tfsdk:"status_code"`
	StatusMessage *string             `tfsdk:"status_message"`
	Time          *string             `tfsdk:"time"`
	Cost          *float64            `tfsdk:"cost"`
	ResultCount   *dataforseo.Integer `tfsdk:"result_count"`
	Path          []*string           `tfsdk:"path"`
	Data          *string             `tfsdk:"data"`
}

// responseOf turns an envelope into what the state holds, nil for nil.
func responseOf(e *dataforseo.Envelope) *responseModel {
	if e == nil {
		return nil
	}
	response := &responseModel{
		Version:       e.Version,
		StatusCode:    e.StatusCode,
		StatusMessage: e.StatusMessage,
		Time:          e.Time,
		Cost:          e.Cost,
		TasksCount:    e.TasksCount,
		TasksError:    e.TasksError,
	}
	if task := e.Task(); task != nil {
		response.Task = &taskModel{
			ID:            task.ID,
			StatusCode:    task.StatusCode,
			StatusMessage: task.StatusMessage,
			Time:          task.Time,
			Cost:          task.Cost,
			ResultCount:   task.ResultCount,
			Path:          task.Path,
			Data:          compactJSON(task.Data),
		}
	}
	return response
}

// compactJSON returns JSON without white space, nil for null.
func compactJSON(raw json.RawMessage) *string {
	var compact bytes.Buffer
	if json.Compact(&compact, raw) != nil || compact.Len() == 0 || compact.String() == "null" {
		return nil
	}
	text := compact.String()
	return &text
}

func responseAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Computed:            true,
		MarkdownDescription: "The envelope of the answer as DataForSEO sent it. Null when there was none.",
		Attributes: map[string]schema.Attribute{
			"version":        text("Version of the API."),
			"status_code":    integer("Status of the whole answer, 20000 for success."),
			"status_message": text("Status of the whole answer in words."),
			"time":           text("How long DataForSEO took, such as `0.9619 sec.`."),
			"cost":           decimal("Price of the answer in USD."),
			"tasks_count":    integer("Number of tasks in the answer: one."),
			"tasks_error":    integer("Number of tasks that failed."),
			"task":           taskAttribute(),
		},
	}
}

func taskAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Computed:            true,
		MarkdownDescription: "The one task of the answer.",
		Attributes: map[string]schema.Attribute{
			"id":             text("DataForSEO's identifier of the task, which its support asks for."),
			"status_code":    integer("Status of the task, 20000 for success."),
			"status_message": text("Status of the task in words."),
			"time":           text("How long the task took."),
			"cost":           decimal("Price of the task in USD."),
			"result_count":   integer("Number of results: one, or none when there is no data."),
			"path": schema.ListAttribute{ElementType: types.StringType, Computed: true,
				MarkdownDescription: "Path of the endpoint, in parts."},
			"data": text("The request as DataForSEO understood it, as JSON for `jsondecode`."),
		},
	}
}

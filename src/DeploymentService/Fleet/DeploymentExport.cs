using System.Net.Mime;
using System.Text.Json;
using DeploymentService.Deployments;
using DeploymentService.Http;

namespace DeploymentService.Fleet;

/// <summary>200 with deployments as lines, which are read while they are sent. Where <c>limit</c> cut them, a header has the link to the rest.</summary>
/// <param name="query">What is asked for.</param>
/// <param name="paging">Which part.</param>
/// <param name="read">Reads them, chunk by chunk.</param>
public sealed class DeploymentExport(DeploymentListQuery query, Paging paging, Func<Paging, ValueTask<ListChunk<DeploymentView>>> read) : IResult, IStatusCodeHttpResult
{
    private const string CsvType = "text/csv; charset=utf-8; header=present";
    private const string NdJsonType = "application/x-ndjson";

    /// <inheritdoc />
    public int? StatusCode => StatusCodes.Status200OK;

    /// <inheritdoc />
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var json = httpContext.RequestServices.GetRequiredService<WireJson>();
        var isCsv = query.Format == ListFormat.Csv;
        var chunk = await read(paging);
        if (chunk.IsCut)
        {
            httpContext.Response.Headers.Link = $"<{PagedResult<DeploymentList, DeploymentView>.NextPage(httpContext, chunk)}>; rel=\"next\"";
        }

        var file = new ContentDisposition { FileName = isCsv ? "software_deployments.csv" : "software_deployments.ndjson" };
        httpContext.Response.Headers.ContentDisposition = file.ToString();
        using var answer = PiecewiseResponse.BeginList(httpContext, isCsv ? CsvType : NdJsonType);
        var table = isCsv ? new CsvTable(query) : null;
        answer.Write(table?.Header ?? "");
        while (await IsWrittenAsync(chunk) && !chunk.IsLast)
        {
            chunk = await read(paging);
        }

        await answer.EndAsync();

        async ValueTask<bool> IsWrittenAsync(ListChunk<DeploymentView> chunk)
        {
            foreach (var view in chunk.Items)
            {
                if (table is null)
                {
                    json.Write(answer.Json, view);
                    answer.Write("\n");
                }
                else
                {
                    answer.Write(table.Row(JsonSerializer.SerializeToElement(view, json.Options.GetTypeInfo(typeof(DeploymentView)))));
                }

                if (!await answer.NextAsync())
                {
                    return false;
                }
            }

            return true;
        }
    }
}

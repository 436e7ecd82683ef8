using System.Text.Json;
using Grpc.Core;
using MetaStore.Server.Dashboard.Changes;
using MetaStore.Server.Dashboard.Keys;
using MetaStore.Server.Dashboard.Pages;
using MetaStore.Server.Gateway;
using MetaStore.Server.Listening;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Dashboard;

/// <summary>Serves /dashboard and its data. Other paths go on to the next handler.</summary>
internal sealed class DashboardPage(DashboardParts parts, IHttpFallback next) : IHttpFallback
{
    private const string Root = "/dashboard";
    private const string Calls = "api/";

    /// <summary>While auth is on the picture of the cluster is for those who may ask for the status of a member.</summary>
    private const string StatusPath = "/etcdserverpb.Maintenance/Status";
    private const string ChangePath = "/metastore.v1.Batching/Set";

    /// <summary>Maximum number of concurrent reads; more wait.</summary>
    private const int ReadsMax = 16;

    /// <summary>Maximum number of open pages, and of open tails.</summary>
    private const int StreamsMax = 32;

    private readonly Assets _assets = new();
    private readonly CallPlaces _reads = new(ReadsMax);
    private readonly StreamPlaces _pages = new(StreamsMax);
    private readonly StreamPlaces _tails = new(StreamsMax);

    /// <inheritdoc/>
    public Task HandleAsync(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "/";
        return path == Root ? AnswerAsync(context, "index.html")
            : !path.StartsWith(Root + "/", StringComparison.Ordinal) ? next.HandleAsync(context)
            : path.Length == Root.Length + 1 ? AnswerAsync(context, "index.html")
            : AnswerAsync(context, path[(Root.Length + 1)..]);
    }

    private async Task AnswerAsync(HttpContext context, string name)
    {
        PageHeaders.Add(context.Response);
        bool isChange = name is "api/batching" or "api/sign-in";
        bool isStream = name is "api/live" or "api/watch";

        // A stream has no end, so a response to HEAD would have none either, and take a place until its connection ends.
        bool isAllowed = isChange ? HttpMethods.IsPost(context.Request.Method)
            : HttpMethods.IsGet(context.Request.Method) || (HttpMethods.IsHead(context.Request.Method) && !isStream);
        if (!isAllowed)
        {
            context.Response.Headers.Allow = isChange ? "POST" : isStream ? "GET" : "GET, HEAD";
            await PlainAnswer.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "Method Not Allowed\n");
        }
        else if (name.StartsWith(Calls, StringComparison.Ordinal))
        {
            context.Response.Headers.CacheControl = "no-store";
            await CallAsync(context, name[Calls.Length..]);
        }
        else if (!await _assets.TryWriteAsync(context, name))
        {
            await NotFoundAsync(context);
        }
    }

    private async Task CallAsync(HttpContext context, string call)
    {
        try
        {
            await (call switch
            {
                "live" => StreamAsync(context, _pages, LiveAsync),
                "watch" => StreamAsync(context, _tails, parts.Tail.RunAsync),
                "keys" => ReadAsync(context, parts.Keys.KeysAsync),
                "value" => ReadAsync(context, parts.Keys.ValueAsync),
                "history" => ReadAsync(context, parts.Keys.HistoryAsync),
                "batching" => ChangeAsync(context),
                "sign-in" => SignInAsync(context),
                _ => NotFoundAsync(context),
            });
        }
        catch (BadArgumentException wrong)
        {
            await PlainAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, wrong.Message + "\n");
        }
        catch (RpcException failed) when (!context.Response.HasStarted)
        {
            await PlainAnswer.WriteAsync(context, GatewayStatus.Of(failed.StatusCode), failed.Status.Detail + "\n");
        }
        catch (OperationCanceledException) when (
            context.Response.HasStarted || context.RequestAborted.IsCancellationRequested || parts.Stopping.IsCancellationRequested)
        {
            // The page was closed or read nothing for too long, or the member stops.
        }
    }

    private async Task ReadAsync(HttpContext context, Func<HttpContext, Task<byte[]>> read)
    {
        using IDisposable place = await _reads.TakeAsync(context.RequestAborted);
        await JsonAsync(context, await read(context));
    }

    private async Task ChangeAsync(HttpContext context)
    {
        if (ChangeGuard.WhyRefused(context) is { } why)
        {
            await PlainAnswer.WriteAsync(context, StatusCodes.Status403Forbidden, why + "\n");
            return;
        }

        // Before other members are asked: they see this member's certificate, which may name a user.
        await parts.Own.RequireAsync(ChangePath, OwnServices.Caller.Of(context), context.RequestAborted);
        await ReadAsync(context, parts.Batching.RunAsync);
    }

    /// <summary>Takes no place among the reads: a throttled password waits for up to half a minute. Passwords have a queue of their own.</summary>
    private async Task SignInAsync(HttpContext context)
    {
        if (ChangeGuard.WhySiteRefused(context.Request) is { } why)
        {
            await PlainAnswer.WriteAsync(context, StatusCodes.Status403Forbidden, why + "\n");
            return;
        }

        await JsonAsync(context, await parts.SignIn.RunAsync(context));
    }

    private async Task StreamAsync(HttpContext context, StreamPlaces places, Func<HttpContext, CancellationToken, Task> run)
    {
        if (!places.TryEnter())
        {
            context.Response.Headers.RetryAfter = "10";
            await PlainAnswer.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, $"{StreamsMax} pages of this member are already open\n");
            return;
        }

        try
        {
            await run(context, parts.Stopping);
        }
        finally
        {
            places.Leave();
        }
    }

    private async Task LiveAsync(HttpContext context, CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var caller = OwnServices.Caller.Of(context);
        await parts.Own.RequireAsync(StatusPath, caller, ending.Token);
        using var lines = new LineStream(context);
        await lines.StartAsync();
        await lines.WriteAsync(Hello(context), ending.Token);
        try
        {
            for (long seen = 0; ;)
            {
                Looks.ClusterLook look = await parts.Looks.NextAsync(seen, ending.Token);
                seen = look.Sequence;

                // Again for each: a token that has expired, or a user that was deleted, shows no more.
                await parts.Own.RequireAsync(StatusPath, caller, ending.Token);
                await lines.WriteAsync(look.Line, ending.Token);
            }
        }
        catch (RpcException refused)
        {
            await lines.WriteAsync(Ended(refused.Status.Detail), ending.Token);
        }
    }

    private static byte[] Ended(string why) => [.. JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["kind"] = "ended", ["error"] = why }), (byte)'\n'];

    /// <summary>Data that does not change while a page is open.</summary>
    private byte[] Hello(HttpContext context)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("kind", "hello");
            json.WriteString("self", Dashboard.Looks.LookJson.Id(parts.MemberId));
            json.WriteString("cluster", Dashboard.Looks.LookJson.Id(parts.ClusterId));
            json.WriteString("version", Configuration.Values.Versions.Product);
            json.WriteNumber("interval_ms", (long)Dashboard.Looks.ClusterLooks.Interval.TotalMilliseconds);
            json.WriteString("changes_refused", ChangeGuard.WhyPlaceRefused(context) ?? "");
            json.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        return line.ToArray();
    }

    private static async Task JsonAsync(HttpContext context, byte[] body)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static Task NotFoundAsync(HttpContext context) => PlainAnswer.WriteAsync(context, StatusCodes.Status404NotFound, "404 page not found\n");
}

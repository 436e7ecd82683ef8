using MetaStore.Server.Listening;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Tests.Calls.Echoing;

/// <summary>Answers what is not gRPC: /throw throws, /read reads its body first.</summary>
internal sealed class EchoPages : IHttpFallback
{
    private int _reading;
    private int _ended;

    /// <summary>Bodies of /read whose first bytes have come.</summary>
    public int Reading => Volatile.Read(ref _reading);

    /// <summary>Requests to /read that are over, in whatever way.</summary>
    public int Ended => Volatile.Read(ref _ended);

    public async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Path == "/throw")
        {
            throw new InvalidOperationException("as asked");
        }

        if (context.Request.Path == "/read")
        {
            await ReadAsync(context);
        }

        await context.Response.WriteAsync($"fallback {context.Request.Protocol} {context.Request.Path}");
    }

    private async Task ReadAsync(HttpContext context)
    {
        try
        {
            var body = context.Request.BodyReader;
            var read = await body.ReadAsync();
            Interlocked.Increment(ref _reading);
            for (; !read.IsCompleted; read = await body.ReadAsync())
            {
                body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        finally
        {
            Interlocked.Increment(ref _ended);
        }
    }
}

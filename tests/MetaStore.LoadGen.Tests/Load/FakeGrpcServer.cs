using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace MetaStore.LoadGen.Tests.Load;

/// <summary>An HTTP/2 server, in cleartext or with TLS, that reads each request to its end and answers as a test says.</summary>
internal sealed class FakeGrpcServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _calls;

    private FakeGrpcServer(int port, Func<int, string, byte[], Task<Answer>> answer, Action<Http2Limits>? limits, X509Certificate2? certificate)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            limits?.Invoke(kestrel.Limits.Http2);
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                if (certificate is not null)
                {
                    listen.UseHttps(certificate);
                }
            });
        });
        _app = builder.Build();
        _app.Run(context => Serve(context, answer));
    }

    public int Calls => _calls;

    public string Endpoint => new Uri(_app.Urls.First()).Authority;

    public static async Task<FakeGrpcServer> StartAsync(
        Func<int, string, byte[], Task<Answer>> answer, Action<Http2Limits>? limits = null, int port = 0, X509Certificate2? certificate = null)
    {
        FakeGrpcServer server = new(port, answer, limits, certificate);
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource atOnce = new();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }

    private async Task Serve(HttpContext context, Func<int, string, byte[], Task<Answer>> answer)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        Answer given = await answer(Interlocked.Increment(ref _calls), context.Request.Path, body.ToArray()[5..]);
        context.Response.ContentType = "application/grpc";
        if (given.Status == 0)
        {
            await context.Response.Body.WriteAsync((byte[])[0, 0, 0, (byte)(given.Message.Length >> 8), (byte)given.Message.Length, .. given.Message]);
        }

        IHeaderDictionary trailers = context.Features.Get<IHttpResponseTrailersFeature>()!.Trailers;
        trailers["grpc-status"] = $"{given.Status}";
        if (given.Status != 0)
        {
            trailers["grpc-message"] = "asked for";
        }
    }

    internal readonly record struct Answer(int Status, byte[] Message);
}

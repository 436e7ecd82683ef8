using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using MetaStore.LoadGen.Load;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace MetaStore.LoadGen.Tests.Gathered;

/// <summary>Streams of operations whose results a test chooses: one message with results for each with operations.</summary>
internal sealed class FakeOperationsServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _streams;
    private int _messages;
    private int _operations;

    private FakeOperationsServer(Func<int, ulong, byte[]?> result, Action<Http2Limits>? limits)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            limits?.Invoke(kestrel.Limits.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        _app = builder.Build();
        _app.Run(context => ServeAsync(context, result));
    }

    public int Streams => _streams;

    public int Messages => _messages;

    public int Operations => _operations;

    public string Endpoint => new Uri(_app.Urls.First()).Authority;

    /// <summary>Starts it.</summary>
    /// <param name="result">The field of KvResult for the number of an operation and its id, encoded; null ends the stream.</param>
    /// <param name="limits">Of HTTP/2.</param>
    public static async Task<FakeOperationsServer> StartAsync(Func<int, ulong, byte[]?> result, Action<Http2Limits>? limits = null)
    {
        FakeOperationsServer server = new(result, limits);
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

    private async Task ServeAsync(HttpContext context, Func<int, ulong, byte[]?> result)
    {
        Interlocked.Increment(ref _streams);
        context.Response.ContentType = "application/grpc";
        PipeReader body = context.Request.BodyReader;
        bool goesOn = context.Request.Path == "/metastore.v1.Operations/Run";
        while (goesOn)
        {
            ReadResult read = await body.ReadAtLeastAsync(5);
            if (read.Buffer.Length < 5)
            {
                break;
            }

            SequenceReader<byte> prefix = new(read.Buffer);
            prefix.Advance(1);
            prefix.TryReadBigEndian(out int length);
            body.AdvanceTo(read.Buffer.Start);
            read = await body.ReadAtLeastAsync(5 + length);
            byte[] message = read.Buffer.Slice(5, length).ToArray();
            body.AdvanceTo(read.Buffer.GetPosition(5 + length));
            Interlocked.Increment(ref _messages);
            goesOn = Answer(message, result, out byte[] results);
            await context.Response.Body.WriteAsync((byte[])[0, (byte)(results.Length >> 24), (byte)(results.Length >> 16), (byte)(results.Length >> 8), (byte)results.Length, .. results]);
            await context.Response.Body.FlushAsync();
        }

        context.Features.Get<IHttpResponseTrailersFeature>()!.Trailers["grpc-status"] = goesOn ? "0" : "14";
    }

    private bool Answer(byte[] message, Func<int, ulong, byte[]?> result, out byte[] results)
    {
        ProtoWriter answer = new();
        results = [];
        ProtoFields operations = new(message);
        while (operations.MoveNext())
        {
            ProtoFields operation = new(operations.Bytes);
            Assert.True(operation.MoveNext());
            ulong id = operation.Number;
            Assert.True(operation.MoveNext());
            Assert.InRange(operation.Field, 3, 6);
            if (result(Interlocked.Increment(ref _operations), id) is not { } field)
            {
                results = answer.ToArray();
                return false;
            }

            answer.Bytes(1, [.. new ProtoWriter().Varint(1, id).ToArray(), .. field]);
        }

        results = answer.ToArray();
        return true;
    }
}

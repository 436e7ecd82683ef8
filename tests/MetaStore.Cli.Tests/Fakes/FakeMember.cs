using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MetaStore.Cli.Tests.Fakes;

/// <summary>A server of this process whose answers a test sets, by the short names of methods: "Range". What is not set is not implemented.</summary>
public sealed class FakeMember : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fake-member-").FullName;
    private readonly ConcurrentDictionary<string, Func<byte[], object>> _answers = new();
    private readonly ConcurrentQueue<(string Method, byte[] Request)> _calls = new();
    private WebApplication? _server;

    /// <summary>The header of answers that need one.</summary>
    public static ResponseHeader Header { get; } = new() { ClusterId = 1, MemberId = 2, Revision = 9, RaftTerm = 3 };

    /// <summary>Its client URL: a socket.</summary>
    public string Url => $"unix://{_folder}/m";

    /// <summary>Names of the methods called, in order.</summary>
    public IEnumerable<string> Calls => _calls.Select(call => call.Method);

    /// <inheritdoc/>
    public Task InitializeAsync() => StartAsync(options => options.ListenUnixSocket($"{_folder}/m", listen => listen.Protocols = HttpProtocols.Http2));

    /// <summary>Also serves a port of the loopback by TLS; in place of <see cref="InitializeAsync"/>.</summary>
    public Task StartTlsAsync(int port, X509Certificate2 certificate) => StartAsync(options => options.Listen(IPAddress.Loopback, port, listen => listen.UseHttps(certificate)));

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await _server!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Forgets answers and calls of the test before.</summary>
    public FakeMember Clear()
    {
        _answers.Clear();
        _calls.Clear();
        return this;
    }

    /// <summary>Sets the answer of a method: a message, a list of messages and failures, or an <see cref="RpcException"/>. Of a stream, the answer to each request.</summary>
    public FakeMember On<TRequest>(string method, Func<TRequest, object> answer)
        where TRequest : IMessage, new()
    {
        _answers[method] = bytes => answer(Read<TRequest>(bytes));
        return this;
    }

    /// <summary>Requests of a method, in order.</summary>
    public TRequest[] Requests<TRequest>(string method)
        where TRequest : IMessage, new() => [.. _calls.Where(call => call.Method == method).Select(call => Read<TRequest>(call.Request))];

    /// <summary>A client of it; the caller disposes it.</summary>
    public MetaStoreClient Client() => new(MetaStoreClientOptions.Parse(Url));

    /// <summary>Runs metactl on it.</summary>
    public Task<(int Code, string Output, string Error)> RunAsync(params string[] words) => RunAsync(words, string.Empty);

    /// <summary>Runs metactl on it with input and variables.</summary>
    public Task<(int Code, string Output, string Error)> RunAsync(string[] words, string input, Dictionary<string, string>? variables = null) =>
        InProcess.RunAsync(["--endpoints", Url, .. words], input, variables ?? []);

    /// <summary>A failure with a code and a text.</summary>
    public static RpcException Failure(StatusCode code, string text) => new(new Status(code, text));

    private static T Read<T>(byte[] bytes)
        where T : IMessage, new()
    {
        var message = new T();
        message.MergeFrom(bytes);
        return message;
    }

    private Task StartAsync(Action<KestrelServerOptions> listen)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(listen).UseKestrelHttpsConfiguration();
        _server = builder.Build();
        _server.Run(ServeAsync);
        return _server.StartAsync();
    }

    private async Task ServeAsync(HttpContext http)
    {
        var method = http.Request.Path.Value!.Split('/')[^1];
        http.Response.ContentType = "application/grpc";
        var status = Status.DefaultSuccess;
        try
        {
            while (await GrpcFrame.ReadAsync(http.Request.Body, http.RequestAborted) is { } request)
            {
                _calls.Enqueue((method, request));
                var answer = _answers.TryGetValue(method, out var known) ? known(request) : Failure(StatusCode.Unimplemented, $"unknown method {method}");
                foreach (var item in answer as IEnumerable<object> ?? [answer])
                {
                    await GrpcFrame.WriteAsync(http.Response.Body, item as IMessage ?? throw (Exception)item, http.RequestAborted);
                }
            }
        }
        catch (RpcException failure)
        {
            status = failure.Status;
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException)
        {
            return;
        }

        http.Response.AppendTrailer("grpc-status", $"{(int)status.StatusCode}");
        http.Response.AppendTrailer("grpc-message", Uri.EscapeDataString(status.Detail));
    }
}

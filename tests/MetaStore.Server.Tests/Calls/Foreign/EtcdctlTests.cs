using System.Net;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Listening;
using MetaStore.Server.Tests.Calls.Echoing;
using MetaStore.Testing.Processes;

namespace MetaStore.Server.Tests.Calls.Foreign;

/// <summary>etcdctl, and so grpc-go, against a minimal store.</summary>
public sealed class EtcdctlTests : IAsyncLifetime
{
    private readonly GrpcListener _listener;
    private readonly LogSink _log = new();
    private readonly TinyStore _store = new();

    public EtcdctlTests()
    {
        var options = new ListenerOptions { Endpoints = { new ListenerEndpoint(new IPEndPoint(IPAddress.Loopback, 0)) } };
        var services = new ServiceBinder()
            .Add(KV.Descriptor, binder => KV.BindService(binder, _store))
            .Add(Protocol.Etcd.Watch.Descriptor, binder => Protocol.Etcd.Watch.BindService(binder, _store.Watches))
            .Build();
        _listener = new GrpcListener(options, services, new NotFoundFallback(), _log);
    }

    public Task InitializeAsync() => _listener.StartAsync();

    public async Task DisposeAsync() => await _listener.DisposeAsync();

    [SkippableFact]
    public async Task PutAndGet_Value_ComesBack()
    {
        Assert.Equal("OK\n", await EtcdctlAsync(0, "put", "k", "a value"));
        Assert.Equal("k\na value\n", await EtcdctlAsync(0, "get", "k"));
    }

    [SkippableFact]
    public async Task Put_ErrorText_IsShownExactly() =>
        Assert.Contains("etcdserver: request is too large", await EtcdctlAsync(1, "put", "refuse", "v"), StringComparison.Ordinal);

    [SkippableFact]
    public async Task Lease_NotBound_IsUnimplemented() =>
        Assert.Contains("unknown service etcdserverpb.Lease", await EtcdctlAsync(1, "lease", "grant", "10"), StringComparison.Ordinal);

    [SkippableFact]
    public async Task Watch_Event_IsShownAndTheWatchEndsWhenCanceled() =>
        Assert.StartsWith("PUT\nwatched\nseen\n", await EtcdctlAsync(null, EndBehindTheEvent, "watch", "watched"), StringComparison.Ordinal);

    private void EndBehindTheEvent(string line)
    {
        if (line == "seen")
        {
            _store.EndWatch();
        }
    }

    private Task<string> EtcdctlAsync(int exitCode, params string[] arguments) => EtcdctlAsync(exitCode, static _ => { }, arguments);

    private async Task<string> EtcdctlAsync(int? exitCode, Action<string> onLine, params string[] arguments)
    {
        Skip.IfNot(await ForeignTool.WorksAsync("etcdctl", "version"), "etcdctl is not installed");
        var all = new[] { "--endpoints", _listener.EndPoints[0].ToString(), "--command-timeout", "10s" }.Concat(arguments).ToArray();
        var (code, output) = await ForeignTool.RunAsync("etcdctl", all, onLine, ("ETCDCTL_API", "3"));
        Assert.True(exitCode is null || exitCode == code, $"exit code {code}: {output}");
        _log.AssertQuiet();
        return output;
    }
}

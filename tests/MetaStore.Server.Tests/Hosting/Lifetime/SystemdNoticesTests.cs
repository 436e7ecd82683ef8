using System.Collections;
using System.Collections.Concurrent;
using System.Net.Sockets;
using MetaStore.IO;
using MetaStore.Server.Configuration;
using MetaStore.Server.Hosting.Lifetime;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Tests.Nodes;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Hosting.Lifetime;

/// <summary>What a service manager is notified of, in which order: units that depend on a member must not start before it serves.</summary>
public sealed class SystemdNoticesTests : ISystemdNotifier, IFatalHandler, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("metastore-systemd-").FullName;
    private readonly ConcurrentQueue<string> _sent = new();
    private readonly ListLogger _log = new();
    private bool _isEnabled = true;
    private bool _fails;

    bool ISystemdNotifier.IsEnabled => _isEnabled;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    void ISystemdNotifier.Notify(ServiceState state)
    {
        _sent.Enqueue(state.ToString());
        if (_fails)
        {
            throw new SocketException((int)SocketError.ConnectionRefused);
        }
    }

    void IFatalHandler.OnFatal(int exitCode, string reason) => throw new InvalidOperationException($"{exitCode}: {reason}");

    [Fact]
    public async Task Member_IsReadyOnceItServes_AliveUntilItHasStopped()
    {
        await using MetaStoreHostedService service = Service(members: 1);
        using var notices = new SystemdNotices(this, TimeSpan.FromMilliseconds(5), service, new ServerLog(_log));
        await service.StartAsync(CancellationToken.None);
        await notices.StartedAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => _sent.Count(line => line == "WATCHDOG=1") > 1, Limit, () => string.Join(' ', _sent));
        Assert.Equal("READY=1", _sent.First());
        await notices.StoppingAsync(CancellationToken.None);
        await service.StopAsync(CancellationToken.None);

        // Its threads have ended, and the process has not: for longer than they may stand while they run, which is two heartbeats.
        int before = _sent.Count;
        await Eventually.TrueAsync(() => _sent.Count > before + 20, Limit, () => "no watchdog while it stops");
        await notices.StoppedAsync(CancellationToken.None);
        string[] all = [.. _sent];
        Assert.Single(all, "READY=1");
        Assert.Single(all, "STOPPING=1");
        Assert.Equal("WATCHDOG=1", all[^1]);
        Assert.Empty(_log.Lines);
    }

    /// <summary>Without a leader it does not serve; a stop then must not wait for one.</summary>
    [Fact]
    public async Task MemberThatNeverServed_IsNeverReady_AndAFailingManagerIsOneLine()
    {
        _fails = true;
        await using MetaStoreHostedService service = Service(members: 2);
        using var notices = new SystemdNotices(this, TimeSpan.FromMilliseconds(1), service, new ServerLog(_log));
        await service.StartAsync(CancellationToken.None);
        await notices.StartedAsync(CancellationToken.None);
        await notices.StoppingAsync(CancellationToken.None);
        await notices.StoppedAsync(CancellationToken.None);
        Assert.Equal(["STOPPING=1"], _sent);
        Assert.StartsWith("The service manager could not be notified of STOPPING=1: ", Assert.Single(_log.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutAManager_TheMemberIsNotLookedAt()
    {
        _isEnabled = false;
        await using MetaStoreHostedService service = Service(members: 1);
        using var notices = new SystemdNotices(this, TimeSpan.FromMilliseconds(1), service, new ServerLog(_log));
        await notices.StartedAsync(CancellationToken.None);
        await notices.StoppedAsync(CancellationToken.None);
        Assert.Empty(_sent);
        Assert.Throws<InvalidOperationException>(() => service.Member);
    }

    private MetaStoreHostedService Service(int members)
    {
        int[] ports = FreePorts.Take(3);
        string peer = $"http://127.0.0.1:{ports[1]}";
        ConfigurationResult configuration = ConfigurationLoader.Load(
            [
                $"--data-dir={_folder}", $"--listen-client-urls=http://127.0.0.1:{ports[0]}", $"--advertise-client-urls=http://127.0.0.1:{ports[0]}", $"--listen-peer-urls={peer}",
                $"--initial-advertise-peer-urls={peer}", "--heartbeat-interval=20", "--election-timeout=200",
                $"--initial-cluster=default={peer}" + (members > 1 ? $",other=http://127.0.0.1:{ports[2]}" : ""),
            ],
            new Hashtable(), _ => TextReader.Null);
        Assert.Empty(configuration.Errors);
        return new MetaStoreHostedService(configuration, NullLoggerFactory.Instance, this);
    }
}

using MetaStore.Client;
using MetaStore.Robustness.Disks;
using MetaStore.Robustness.Network;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Cluster;

/// <summary>One member with its own network, disk and process.</summary>
internal sealed class FaultNode(int host, NodeDisk disk, ClusterSecurity security) : IDisposable
{
    /// <summary>Last part of its IP address, from 1.</summary>
    public int Host { get; } = host;

    public string Name => $"n{Host}";

    public NodeDisk Disk { get; } = disk;

    public string DataDirectory => Path.Combine(Disk.Path, "data");

    public string ClientUrl { get; } = $"{security.Scheme}://{PacketSwitch.AddressOf(host)}:2379";

    public string PeerUrl { get; } = $"{security.Scheme}://{PacketSwitch.AddressOf(host)}:2380";

    /// <summary>A client of this member only.</summary>
    public MetaStoreClient Client { get; } = new(MemberOptions.Of(security, new Uri($"{security.Scheme}://{PacketSwitch.AddressOf(host)}:2379")) with
    {
        CommandTimeout = TimeSpan.FromSeconds(1),
        DialTimeout = TimeSpan.FromMilliseconds(300),
    });

    public ServerProcess? Process { get; set; }

    public bool IsRunning => Process is { IsRunning: true };

    public void Dispose() => Client.Dispose();
}

using MetaStore.Client;
using MetaStore.Robustness.Disks;
using MetaStore.Robustness.Network;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Cluster;

/// <summary>One member: its own network, its own disk, and its process while it runs.</summary>
internal sealed class FaultNode(int host, NodeDisk disk) : IDisposable
{
    /// <summary>Last part of its address; 1 is the first.</summary>
    public int Host { get; } = host;

    public string Name => $"n{Host}";

    public NodeDisk Disk { get; } = disk;

    public string DataDirectory => Path.Combine(Disk.Path, "data");

    public string ClientUrl => $"http://{PacketSwitch.AddressOf(Host)}:2379";

    public string PeerUrl => $"http://{PacketSwitch.AddressOf(Host)}:2380";

    /// <summary>Asks this member and no other.</summary>
    public MetaStoreClient Client { get; } = new(new MetaStoreClientOptions
    {
        Endpoints = [new Uri($"http://{PacketSwitch.AddressOf(host)}:2379")],
        CommandTimeout = TimeSpan.FromSeconds(1),
        DialTimeout = TimeSpan.FromMilliseconds(300),
    });

    public ServerProcess? Process { get; set; }

    public bool IsRunning => Process is { IsRunning: true };

    public void Dispose() => Client.Dispose();
}

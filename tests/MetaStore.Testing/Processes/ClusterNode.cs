namespace MetaStore.Testing.Processes;

/// <summary>One member of a <see cref="ProcessCluster"/>: its data directory, URLs and current process.</summary>
public sealed class ClusterNode
{
    internal ClusterNode(string name, string dataDirectory, int clientPort, int peerPort)
    {
        Name = name;
        DataDirectory = dataDirectory;
        ClientPort = clientPort;
        PeerPort = peerPort;
    }

    /// <summary>Member name.</summary>
    public string Name { get; }

    /// <summary>Data directory; kept when the node restarts.</summary>
    public string DataDirectory { get; }

    /// <summary>Client port on loopback.</summary>
    public int ClientPort { get; }

    /// <summary>Peer port on loopback.</summary>
    public int PeerPort { get; }

    /// <summary>host:port for clients.</summary>
    public string Endpoint => $"127.0.0.1:{ClientPort}";

    /// <summary>Client URL.</summary>
    public Uri ClientUrl => new($"http://{Endpoint}");

    /// <summary>Peer URL.</summary>
    public string PeerUrl => $"http://127.0.0.1:{PeerPort}";

    /// <summary>The members to join, in the form of --initial-cluster; null for an initial member.</summary>
    public string? Joins { get; internal set; }

    /// <summary>The process, or null before the first start.</summary>
    public ServerProcess? Process { get; internal set; }
}

namespace MetaStore.Testing.Processes;

/// <summary>One member of a <see cref="ProcessCluster"/>: its data directory, URLs and current process.</summary>
public sealed class ClusterNode
{
    internal ClusterNode(string name, string dataDirectory, int clientPort, int peerPort, ClusterSecurity security)
    {
        Name = name;
        DataDirectory = dataDirectory;
        ClientPort = clientPort;
        PeerPort = peerPort;
        Security = security;
    }

    /// <summary>Member name.</summary>
    public string Name { get; }

    /// <summary>Data directory; kept when the node restarts.</summary>
    public string DataDirectory { get; }

    /// <summary>Client port on loopback.</summary>
    public int ClientPort { get; }

    /// <summary>Peer port on loopback.</summary>
    public int PeerPort { get; }

    /// <summary>What it demands of clients.</summary>
    public ClusterSecurity Security { get; }

    /// <summary>host:port for clients.</summary>
    public string Address => $"127.0.0.1:{ClientPort}";

    /// <summary>What etcdctl and metactl are given as --endpoints: the address, or the URL where a scheme is needed.</summary>
    public string Endpoint => Security.Scheme == "http" ? Address : $"{Security.Scheme}://{Address}";

    /// <summary>Client URL.</summary>
    public Uri ClientUrl => new($"{Security.Scheme}://{Address}");

    /// <summary>Peer URL.</summary>
    public string PeerUrl => $"{Security.Scheme}://127.0.0.1:{PeerPort}";

    /// <summary>The members to join, in the form of --initial-cluster; null for an initial member.</summary>
    public string? Joins { get; internal set; }

    /// <summary>The process, or null before the first start.</summary>
    public ServerProcess? Process { get; internal set; }
}

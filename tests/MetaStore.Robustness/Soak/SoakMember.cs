using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Soak;

/// <summary>One member of a soak.</summary>
/// <param name="Name">Member name.</param>
/// <param name="Folder">Data directory.</param>
/// <param name="ClientPort">Port for clients, with TLS.</param>
/// <param name="PeerPort">Port for members, with mutual TLS.</param>
/// <param name="MetricsPort">Port of the metrics, without TLS.</param>
internal sealed record SoakMember(string Name, string Folder, int ClientPort, int PeerPort, int MetricsPort)
{
    /// <summary>URL for clients.</summary>
    public Uri ClientUrl => new($"https://127.0.0.1:{ClientPort}");

    /// <summary>URL for members.</summary>
    public string PeerUrl => $"https://127.0.0.1:{PeerPort}";

    /// <summary>URL of the metrics.</summary>
    public Uri MetricsUrl => new($"http://127.0.0.1:{MetricsPort}");

    /// <summary>The process; set by the start.</summary>
    public ServerProcess? Process { get; set; }
}

using MetaStore.Engines.RocksDb;
using MetaStore.IO;
using MetaStore.Server.Configuration.Options;

namespace MetaStore.Server.Hosting.Descriptors;

/// <summary>Divides the descriptors, so that clients cannot use up those of peers, log and engine.</summary>
/// <param name="Clients">Client connections, including plain HTTP.</param>
/// <param name="PeersInbound">Incoming connections at the peer port, from members or not.</param>
/// <param name="EngineFiles">Tables that RocksDB keeps open; 0 with the memory engine, -1 for no limit.</param>
internal readonly record struct DescriptorPlan(long Clients, int PeersInbound, int EngineFiles)
{
    /// <summary>Lowest limit with which any member starts, whatever its engine.</summary>
    public const int LeastLimit = Runtime + Spare + PeersLeast + ClientsLeast;

    /// <summary>
    /// Two for each loaded assembly (there are about 90), the log, locks, pipes, event queues, standard streams. Starting a thread briefly needs two:
    /// the runtime ends the process when it cannot start one for its pool.
    /// </summary>
    private const int Runtime = 256;

    /// <summary>Snapshots being written, read or sent, pages of /proc, name look-ups.</summary>
    private const int Spare = 32;

    /// <summary>Connections to peers: lanes, probes and snapshots of up to nine members.</summary>
    private const int PeersOutbound = 40;

    private const int PeersInboundMost = 128;
    private const int PeersLeast = 48;
    private const int ClientsLeast = 32;
    private const int PlacesOfMembers = 36;
    private const int HandshakesLeast = 8;
    private const int HandshakesMost = 64;
    private const int EngineFilesLeast = 64;

    /// <summary>RocksDB's own log, manifest, directories, and a second database that is read while a snapshot is taken over.</summary>
    private const int EngineOther = 64 + 16;

    private const int PeersShare = 8;
    private const int EngineShare = 4;

    /// <summary>Incoming connections at the peer port whose member is not known yet; the rest is for members.</summary>
    public int PeerHandshakes => Math.Clamp(PeersInbound - PlacesOfMembers, HandshakesLeast, HandshakesMost);

    /// <summary>Divides a limit.</summary>
    /// <param name="limit">RLIMIT_NOFILE; null when there is none.</param>
    /// <param name="engine">Name of the engine.</param>
    public static DescriptorPlan Of(long? limit, string engine)
    {
        bool isRocksDb = engine == RocksDbEngine.EngineName;
        if (limit is not { } all)
        {
            return new DescriptorPlan(int.MaxValue, PeersInboundMost, isRocksDb ? -1 : 0);
        }

        long peers = Math.Clamp(all / PeersShare, PeersLeast, PeersInboundMost + PeersOutbound);
        long files = isRocksDb ? Math.Clamp(all / EngineShare, EngineFilesLeast, int.MaxValue) : 0;
        long clients = all - Runtime - Spare - peers - files - (isRocksDb ? EngineOther : 0);
        return new DescriptorPlan(clients, (int)(peers - Math.Min(PeersOutbound, peers / 2)), (int)files);
    }

    /// <summary>The plan for this process.</summary>
    /// <exception cref="StartException">The limit is too low for the engine.</exception>
    public static DescriptorPlan OfProcess(StorageOptions storage)
    {
        long? limit = OpenFileLimit.Read();
        DescriptorPlan plan = Of(limit, storage.Engine);
        return plan.Clients >= ClientsLeast
            ? plan
            : throw new StartException(ExitCodes.BadConfiguration, TooLow(limit, Least(storage.Engine), storage.Engine));
    }

    /// <summary>The error line of a member that cannot start.</summary>
    public static string TooLow(long? limit, int least, string engine) =>
        $"the limit of open files is {limit}, and a member with the engine {engine} needs {least}: raise it, by ulimit -n or LimitNOFILE= of the systemd unit";

    /// <summary>The lowest limit with which a member starts.</summary>
    public static int Least(string engine)
    {
        int limit = LeastLimit;
        while (Of(limit, engine).Clients < ClientsLeast)
        {
            limit++;
        }

        return limit;
    }
}

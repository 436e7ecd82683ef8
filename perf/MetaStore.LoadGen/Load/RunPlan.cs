using System.Net;
using System.Net.Security;

namespace MetaStore.LoadGen.Load;

/// <summary>One server address.</summary>
/// <param name="Address">Resolved.</param>
/// <param name="Authority">As it was given.</param>
/// <param name="Token">Sent with every call; null for none.</param>
/// <param name="Tls">Null in cleartext.</param>
internal sealed record Target(IPEndPoint Address, string Authority, string? Token = null, SslClientAuthenticationOptions? Tls = null);

/// <summary>What all loops of a run share. Times are <see cref="System.Diagnostics.Stopwatch"/> timestamps, nanoseconds on Linux.</summary>
/// <param name="Options">Of the run.</param>
/// <param name="Targets">Where connections go, in turn.</param>
/// <param name="Connections">In all.</param>
/// <param name="From">Start of the measurement.</param>
/// <param name="Until">End of the measurement; far away when a number of calls was given.</param>
internal sealed record RunPlan(LoadOptions Options, IReadOnlyList<Target> Targets, int Connections, long From, long Until)
{
    /// <summary>The share of a loop in a number that is to be divided.</summary>
    public int Share(long total, int loop) => (int)((total * (loop + 1) / Options.Threads) - (total * loop / Options.Threads));
}

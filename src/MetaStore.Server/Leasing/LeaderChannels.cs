using System.Collections.Concurrent;
using MetaStore.Grpc.Client;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Leasing;

/// <summary>Connections to other members' client addresses, for calls that only the leader can answer. Kept until the end; few.</summary>
internal sealed class LeaderChannels(MemberStore members) : IDisposable
{
    private static readonly GrpcChannelOptions Options = new() { ConnectTimeout = TimeSpan.FromSeconds(1) };

    private readonly ConcurrentDictionary<string, GrpcChannel> _channels = new(StringComparer.Ordinal);

    /// <summary>The channel to a member; null while it has published no address. Stays this object's.</summary>
    public GrpcChannel? To(ulong member)
    {
        IReadOnlyList<string> urls = members.Find(member)?.ClientUrls ?? [];
        return urls.Count == 0
            ? null
            : _channels.GetOrAdd(string.Join(',', urls), static (_, urls) => new GrpcChannel([.. urls.Select(url => new Uri(url))], Options), urls);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (GrpcChannel channel in _channels.Values)
        {
            channel.Dispose();
        }
    }
}

using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Forwarding;

/// <summary>Channels to other members' client addresses, for calls that only the leader can answer. Few, and kept until the end.</summary>
internal sealed class LeaderChannels(MemberStore members) : IDisposable
{
    private readonly ConcurrentDictionary<string, GrpcChannel> _channels = new(StringComparer.Ordinal);

    /// <summary>The channel to a member; null while it has published no address. Owned by this object.</summary>
    public ChannelBase? To(ulong member)
    {
        IReadOnlyList<string> urls = members.Find(member)?.ClientUrls ?? [];
        return urls.Count == 0
            ? null
            : _channels.GetOrAdd(string.Join(',', urls), static (_, urls) => Open([.. urls.Select(url => new Uri(url))]), urls);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (GrpcChannel channel in _channels.Values)
        {
            channel.Dispose();
        }
    }

    private static GrpcChannel Open(Uri[] urls) => GrpcChannel.ForAddress(
        urls[0],
        new GrpcChannelOptions
        {
            HttpHandler = MemberConnections.Handler(urls),
            DisposeHttpClient = true,
            MaxReceiveMessageSize = null,
            MaxSendMessageSize = null,

            // Only the caller knows whether a call may be repeated.
            MaxRetryAttempts = null,
        });
}

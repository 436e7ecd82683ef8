using Google.Protobuf;

namespace MetaStore.Server.Forwarding;

/// <summary>What the leader said, or why it said nothing.</summary>
/// <param name="Error">None when there is a response.</param>
/// <param name="Response">Without a header; null on errors.</param>
internal readonly record struct ForwardResult<T>(ServerError Error, T? Response)
    where T : class, IMessage;

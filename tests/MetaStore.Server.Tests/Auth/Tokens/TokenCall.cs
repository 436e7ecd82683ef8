using MetaStore.Batching.Admission.Queueing;
using MetaStore.Server.Auth.Tokens;
using MetaStore.Server.Calls;

namespace MetaStore.Server.Tests.Auth.Tokens;

/// <summary>A call with a few headers, over a connection that remembers its last token.</summary>
internal sealed class TokenCall(LastToken last, params (string Name, string Value)[] headers) : ServerCall
{
    public override string Method => "/etcdserverpb.KV/Put";

    public override string Peer => "test";

    public override LastToken LastToken => last;

    public override ConnectionCredits Credits { get; } = new();

    public override TimeSpan? Timeout => null;

    public override CancellationToken CancellationToken => default;

    public override string? RequestHeader(string name) => headers.Where(header => header.Name == name).Select(header => header.Value).FirstOrDefault();

    public override void Abort()
    {
    }
}

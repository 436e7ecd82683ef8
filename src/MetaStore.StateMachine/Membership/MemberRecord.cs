using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Membership;

/// <summary>The cluster's record of one member. Immutable.</summary>
public sealed record MemberRecord
{
    private const byte LearnerFlag = 1;

    /// <summary>Never 0, never reused.</summary>
    public required ulong Id { get; init; }

    /// <summary>Empty until the member has started and published itself.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>Peer URLs.</summary>
    public IReadOnlyList<string> PeerUrls { get; init; } = [];

    /// <summary>Client URLs; empty until the member has published itself.</summary>
    public IReadOnlyList<string> ClientUrls { get; init; } = [];

    /// <summary>Receives the log but has no vote.</summary>
    public bool IsLearner { get; init; }

    internal int BodySize
        => CommandFormat.VarintSize(Id) + 1 + CommandWriter.TextSize(Name) + CommandWriter.TextsSize(PeerUrls)
            + CommandWriter.TextsSize(ClientUrls);

    internal void WriteBody(ref CommandWriter writer)
    {
        writer.Varint(Id);
        writer.Byte(IsLearner ? LearnerFlag : (byte)0);
        writer.Text(Name);
        writer.Texts(PeerUrls);
        writer.Texts(ClientUrls);
    }

    internal static MemberRecord ReadBody(ref CommandReader reader)
        => new()
        {
            Id = reader.Varint(),
            IsLearner = reader.Flags(LearnerFlag) != 0,
            Name = reader.Text(),
            PeerUrls = reader.Texts(),
            ClientUrls = reader.Texts(),
        };
}

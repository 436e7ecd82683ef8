using System.Collections.Immutable;

namespace MetaStore.StateMachine.Auth.Tokens;

/// <summary>The tokens that were issued and not dropped. Immutable.</summary>
public sealed class TokenTable
{
    /// <summary>Tokens kept; one more drops the one that was issued first.</summary>
    public const int CountMax = 200_000;

    private static readonly Comparer<(ulong IssuedAt, TokenDigest Digest)> IssueOrder = Comparer<(ulong IssuedAt, TokenDigest Digest)>.Create(
        static (x, y) => x.IssuedAt != y.IssuedAt ? x.IssuedAt.CompareTo(y.IssuedAt) : x.Digest.CompareTo(y.Digest));

    private readonly ImmutableDictionary<TokenDigest, TokenRecord> _records;
    private readonly ImmutableSortedSet<(ulong IssuedAt, TokenDigest Digest)> _byIssue;

    private TokenTable(ImmutableDictionary<TokenDigest, TokenRecord> records, ImmutableSortedSet<(ulong IssuedAt, TokenDigest Digest)> byIssue)
        => (_records, _byIssue) = (records, byIssue);

    /// <summary>No token.</summary>
    public static TokenTable Empty { get; } = new(ImmutableDictionary<TokenDigest, TokenRecord>.Empty, ImmutableSortedSet.Create<(ulong IssuedAt, TokenDigest Digest)>(IssueOrder));

    /// <summary>Number of tokens.</summary>
    public int Count => _records.Count;

    /// <summary>All tokens, in no order.</summary>
    public IEnumerable<TokenUse> Uses => _records.Select(pair => new TokenUse(pair.Key, pair.Value.UsedAt));

    /// <summary>The token that was issued first; null without tokens.</summary>
    internal TokenDigest? Oldest => _byIssue.IsEmpty ? null : _byIssue.Min.Digest;

    /// <summary>Looks a token up.</summary>
    public bool TryGet(in TokenDigest digest, out TokenRecord record) => _records.TryGetValue(digest, out record);

    internal static TokenTable Of(IReadOnlyCollection<KeyValuePair<TokenDigest, TokenRecord>> tokens) => new(
        tokens.ToImmutableDictionary(), tokens.Select(token => (token.Value.IssuedAt, token.Key)).ToImmutableSortedSet(IssueOrder));

    internal TokenTable With(in TokenDigest digest, in TokenRecord record)
    {
        var kept = Without(digest);
        return new TokenTable(kept._records.Add(digest, record), kept._byIssue.Add((record.IssuedAt, digest)));
    }

    internal TokenTable Without(in TokenDigest digest)
        => _records.TryGetValue(digest, out var old) ? new TokenTable(_records.Remove(digest), _byIssue.Remove((old.IssuedAt, digest))) : this;
}

using Google.Protobuf;
using MetaStore.Cli.Migration;
using MetaStore.Cli.Tests.Fakes;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Cli.Tests.Migration;

public sealed class KeyComparisonTests(FakeMember member) : IClassFixture<FakeMember>
{
    private readonly FakeMember _member = member.Clear();

    [Theory]
    [InlineData("a=1 b=1", "a=1 b=1", "", 2)]
    [InlineData("a=1 b=1", "", "a=1 b=1", 2)]
    [InlineData("", "a=1 b=1", "-a -b", 0)]
    [InlineData("b=1", "a=1 b=2 c=1", "-a b=1 -c", 1)]
    [InlineData("a=1 c=1", "b=1", "a=1 -b c=1", 2)]
    [InlineData("a=1@7", "a=1@8", "a=1@7", 1)]
    public async Task Differences_AreInTheOrderOfTheKeys(string source, string target, string differences, long compared)
    {
        // The source is read at a revision, the target as it is.
        _member.On<RangeRequest>("Range", request => Page(request.Revision == 5 ? source : target, request));
        using var client = _member.Client();
        var comparison = new KeyComparison(client, client);
        var found = new List<string>();
        await foreach (var difference in comparison.RunAsync(5, CancellationToken.None))
        {
            found.Add(difference.Source is { } pair ? TextOf(pair) : $"-{difference.Key.ToStringUtf8()}");
        }

        Assert.Equal(differences, string.Join(' ', found));
        Assert.Equal(compared, comparison.Compared);
    }

    private static string TextOf(KeyValue pair) => $"{pair.Key.ToStringUtf8()}={pair.Value.ToStringUtf8()}{(pair.Lease == 0 ? string.Empty : $"@{pair.Lease}")}";

    private static RangeResponse Page(string pairs, RangeRequest request)
    {
        KeyValue[] all =
        [
            .. from text in pairs.Split(' ', StringSplitOptions.RemoveEmptyEntries)
               let parts = text.Split('=', '@')
               where string.CompareOrdinal(parts[0], request.Key.ToStringUtf8()) >= 0
               select new KeyValue { Key = ByteString.CopyFromUtf8(parts[0]), Value = ByteString.CopyFromUtf8(parts[1]), Lease = parts.Length > 2 ? long.Parse(parts[2]) : 0 },
        ];

        // Pages of one key.
        return new RangeResponse { Header = FakeMember.Header, Kvs = { all.Take(1) }, More = all.Length > 1 };
    }
}

using System.Text;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Export;
using MetaStore.Client;

namespace MetaStore.Cli.Tests.Export;

/// <summary>Where an interrupted export goes on. The range is the prefix "a".</summary>
public sealed class ExportPositionTests
{
    private const string First = "{\"format\":\"metactl-export/1\",\"revision\":7,\"from_base64\":\"YQ==\",\"to_base64\":\"Yg==\"}\n";
    private const string Key = "{\"key\":\"a1\",\"value\":\"é\"}\n";

    [Fact]
    public async Task CutInALine_GoesOnAfterTheLastWholeOne()
    {
        var position = await OfAsync(First + Key + "{\"key\":\"a2");
        Assert.Equal((7, "a1", 1, false), (position.Revision, position.LastKey!.ToStringUtf8(), position.Keys, position.IsComplete));
        Assert.Equal(Encoding.UTF8.GetByteCount(First + Key), position.Length);
    }

    [Fact]
    public async Task FirstLineOnly_GoesOnFromTheStart()
    {
        var position = await OfAsync(First);
        Assert.Equal((null, 0, First.Length, false), (position.LastKey, position.Keys, position.Length, position.IsComplete));
    }

    [Fact]
    public async Task LastLine_IsComplete() => Assert.True((await OfAsync(First + Key + "{\"format\":\"metactl-export/1\",\"keys\":1}\n")).IsComplete);

    [Theory]
    [InlineData("", "it has no complete line")]
    [InlineData("{\"format\":\"metactl-export/1\"", "it has no complete line")]
    [InlineData("nonsense\n", "line 1: ")]
    [InlineData("[]\n", "line 1: ")]
    [InlineData(Key, "line 1: it is an export of another range")]
    [InlineData("{\"format\":\"metactl-export/2\"}\n", "line 1: its format is metactl-export/2, not metactl-export/1")]
    [InlineData("{\"format\":\"metactl-export/1\",\"revision\":7,\"from_base64\":\"YQ==\",\"to_base64\":\"Yw==\"}\n", "line 1: it is an export of another range")]
    [InlineData("{\"format\":\"metactl-export/1\",\"revision\":7.5,\"from_base64\":\"YQ==\",\"to_base64\":\"Yg==\"}\n", "line 1: ")]
    [InlineData(First + "{}\n", "line 2: it has no key")]
    [InlineData(First + Key + "\n", "line 3: ")]
    [InlineData(First + First, "line 2: it is the first line of another export")]
    [InlineData(First + Key + "{\"format\":\"metactl-export/1\",\"keys\":2}\n", "line 3: the last line says 2 keys, and there are 1")]
    [InlineData(First + "{\"format\":\"metactl-export/1\",\"keys\":0}\n" + Key, "line 3: there is more after the last line")]
    public async Task AnythingElse_IsRefused_WithTheLine(string text, string why) => Assert.StartsWith(
        $"cannot continue this file: {why}", (await Assert.ThrowsAsync<InputException>(() => OfAsync(text))).Message, StringComparison.Ordinal);

    private static Task<ExportPosition> OfAsync(string text) =>
        ExportPosition.OfAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), KeyRange.Prefix("a"), CancellationToken.None);
}

using System.Text;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Txn;
using MetaStore.Cli.Words;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Tests.Txn;

public sealed class TxnScriptTests
{
    [Fact]
    public async Task Read_ThreeSections_BecomeOneRequest()
    {
        var request = await ReadAsync("mod(\"k\") > \"0\"\nvalue(\"k\") = \"a b\"\n\nput k \"new value\"\nget k\n\ndel k --prefix\n\nput what follows\n");

        Assert.Equal([Compare.Types.CompareTarget.Mod, Compare.Types.CompareTarget.Value], request.Compare.Select(compare => compare.Target));
        Assert.Equal("a b", request.Compare[1].Value.ToStringUtf8());
        Assert.Equal("new value", request.Success[0].RequestPut.Value.ToStringUtf8());
        Assert.Equal("k", request.Success[1].RequestRange.Key.ToStringUtf8());
        Assert.Equal("l", Assert.Single(request.Failure).RequestDeleteRange.RangeEnd.ToStringUtf8());
    }

    [Fact]
    public async Task Read_EndsAtTheThirdEmptyLine_WithoutWaitingForMore()
    {
        var stream = new EndlessInput("\nput k v\n\n\n"u8.ToArray());
        var request = await TxnScript.ReadAsync(new ByteLines(stream), static _ => { }, CancellationToken.None);
        Assert.Equal("v", Assert.Single(request.Success).RequestPut.Value.ToStringUtf8());
    }

    [Theory]
    [InlineData("ver(\"k\") = \"3\"", Compare.Types.CompareTarget.Version, Compare.Types.CompareResult.Equal)]
    [InlineData("c(\"k\") != \"3\"", Compare.Types.CompareTarget.Create, Compare.Types.CompareResult.NotEqual)]
    [InlineData("lease(\"k\") < \"10\"", Compare.Types.CompareTarget.Lease, Compare.Types.CompareResult.Less)]
    public void Compare_EveryTarget(string line, Compare.Types.CompareTarget target, Compare.Types.CompareResult result)
    {
        var compare = TxnCompare.Parse(Encoding.UTF8.GetBytes(line));
        Assert.Equal(target, compare.Target);
        Assert.Equal(result, compare.Result);
        Assert.Equal("k", compare.Key.ToStringUtf8());
    }

    [Fact]
    public void Compare_KeyAndOperand_HaveGosEscapes()
    {
        var compare = TxnCompare.Parse("value(\"a\\x00\\\")\\377\") = `b\\x23` and more"u8);
        Assert.Equal("61002229ff", Convert.ToHexStringLower(compare.Key.Span));
        Assert.Equal("b\\x23", compare.Value.ToStringUtf8());
    }

    [Theory]
    [InlineData("nonsense\n\n\n\n", "line 1")]
    [InlineData("mod(\"k\") > \"x\"\n\n\n\n", "line 1")]
    [InlineData("mod(\"k\")=\"1\"\n\n\n\n", "line 1")]
    [InlineData("mod(k) = \"1\"\n\n\n\n", "line 1")]
    [InlineData("mod(\"k\") = 1\n\n\n\n", "line 1")]
    [InlineData("mod (\"k\") = \"1\"\n\n\n\n", "line 1")]
    [InlineData("value(\"k\\q\") = \"1\"\n\n\n\n", "line 1")]
    [InlineData("\nput\n\n\n", "line 2")]
    [InlineData("\nfly away\n\n\n", "line 2")]
    [InlineData("\nput k v --nope\n\n\n", "line 2")]
    [InlineData("\nput k v -w json\n\n\n", "line 2")]
    [InlineData("\nput a \"\\xZZ\"\n\n\n", "line 2")]
    [InlineData("", "EOF in line 1")]
    [InlineData("\nput a b\n\n", "EOF in line 4")]
    [InlineData("\nput a b", "EOF in line 2")]
    public async Task Read_WrongLine_IsNamed(string text, string expected) =>
        Assert.Contains(expected, (await Assert.ThrowsAsync<InputException>(() => ReadAsync(text))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Read_PutWithoutValue_IsRefused() => await Assert.ThrowsAsync<UsageException>(() => ReadAsync("\nput k\n\n\n"));

    private static Task<TxnRequest> ReadAsync(string text) =>
        TxnScript.ReadAsync(new ByteLines(new MemoryStream(Encoding.UTF8.GetBytes(text))), static _ => { }, CancellationToken.None);

    /// <summary>A terminal: there may always be more input, but none comes.</summary>
    private sealed class EndlessInput(byte[] typed) : MemoryStream(typed)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            return read > 0 ? read : throw new InvalidOperationException("waits for more");
        }
    }
}

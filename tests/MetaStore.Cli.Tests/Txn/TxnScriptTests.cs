using Etcdserverpb;
using MetaStore.Cli.Commands;
using MetaStore.Cli.Txn;

namespace MetaStore.Cli.Tests.Txn;

public sealed class TxnScriptTests
{
    [Fact]
    public void Parse_ThreeSections_BecomeOneRequest()
    {
        var request = TxnScript.Parse("mod(\"k\") > \"0\"\nvalue(\"k\") = \"a b\"\n\nput k \"new value\"\nget k\n\ndel k --prefix\n");

        Assert.Equal([Compare.Types.CompareTarget.Mod, Compare.Types.CompareTarget.Value], request.Compare.Select(compare => compare.Target));
        Assert.Equal("a b", request.Compare[1].Value.ToStringUtf8());
        Assert.Equal("new value", request.Success[0].RequestPut.Value.ToStringUtf8());
        Assert.Equal("k", request.Success[1].RequestRange.Key.ToStringUtf8());
        Assert.Equal("l", request.Failure[0].RequestDeleteRange.RangeEnd.ToStringUtf8());
    }

    [Theory]
    [InlineData("ver(\"k\") = \"3\"", Compare.Types.CompareTarget.Version, Compare.Types.CompareResult.Equal)]
    [InlineData("c(\"k\") != \"3\"", Compare.Types.CompareTarget.Create, Compare.Types.CompareResult.NotEqual)]
    [InlineData("lease(\"k\") < \"10\"", Compare.Types.CompareTarget.Lease, Compare.Types.CompareResult.Less)]
    public void Compare_EveryTarget(string line, Compare.Types.CompareTarget target, Compare.Types.CompareResult result)
    {
        var compare = TxnCompare.Parse(line);
        Assert.Equal(target, compare.Target);
        Assert.Equal(result, compare.Result);
    }

    [Theory]
    [InlineData("nonsense", "line 1")]
    [InlineData("mod(\"k\") > \"x\"", "line 1")]
    [InlineData("\nput", "line 2")]
    [InlineData("\nfly away", "line 2")]
    [InlineData("\nput a \"open", "line 2")]
    [InlineData("\n\n\nput a b", "line 4")]
    public void Parse_WrongLine_IsNamed(string text, string expected) => Assert.Contains(expected, Assert.Throws<InputException>(() => TxnScript.Parse(text)).Message);

    [Fact]
    public void Split_KeepsQuotedSpacesAndEscapes() => Assert.Equal(["put", "a b", "c\nd", "e'f"], QuotedText.Split("put \"a b\" \"c\\nd\" \"e'f\""));
}

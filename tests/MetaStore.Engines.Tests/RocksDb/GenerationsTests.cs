using MetaStore.Engines.RocksDb.Files;

namespace MetaStore.Engines.Tests.RocksDb;

/// <summary>The file CURRENT names the folder that is opened, letter by letter; anything else is damage.</summary>
public sealed class GenerationsTests
{
    [Theory]
    [InlineData("db-000000000000000a\n")]
    [InlineData("db-000000000000000a")]
    public void Named_OfAName_IsItsNumber(string current) => Assert.Equal(10UL, Generations.Named(current));

    [Theory]
    [InlineData("db-000000000000000A\n")]
    [InlineData("db- 00000000000000a\n")]
    [InlineData("db-00000000000000a \n")]
    [InlineData("db-000000000000000a\t\n")]
    [InlineData("")]
    public void Named_OfAnotherSpelling_IsNone(string current) => Assert.Null(Generations.Named(current));
}

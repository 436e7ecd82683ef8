using MetaStore.Protocol.Etcd;
using MetaStore.Server.Validation;

namespace MetaStore.Server.Tests.Validation;

public sealed class DowngradeEdgeTests
{
    [Theory]
    [InlineData("3.5", ServerError.None)]
    [InlineData("3.5.0", ServerError.None)]
    [InlineData("3.5.99", ServerError.None)]
    [InlineData("03.05", ServerError.None)]
    [InlineData("3.6.0", ServerError.InvalidDowngradeTarget)]
    [InlineData("3.4", ServerError.InvalidDowngradeTarget)]
    [InlineData("2.5", ServerError.InvalidDowngradeTarget)]
    [InlineData("4.5", ServerError.InvalidDowngradeTarget)]
    [InlineData("2147483647.2147483647", ServerError.InvalidDowngradeTarget)]
    [InlineData("", ServerError.WrongDowngradeFormat)]
    [InlineData("3", ServerError.WrongDowngradeFormat)]
    [InlineData("3.", ServerError.WrongDowngradeFormat)]
    [InlineData(".5", ServerError.WrongDowngradeFormat)]
    [InlineData("3.5.0.0", ServerError.WrongDowngradeFormat)]
    [InlineData("3.-5", ServerError.WrongDowngradeFormat)]
    [InlineData("3.+5", ServerError.WrongDowngradeFormat)]
    [InlineData("3. 5", ServerError.WrongDowngradeFormat)]
    [InlineData("v3.5", ServerError.WrongDowngradeFormat)]
    [InlineData("3.5-rc.0", ServerError.WrongDowngradeFormat)]
    [InlineData("3.2147483648", ServerError.WrongDowngradeFormat)]
    public void Target_OfAnyText_IsTheSeriesBelowOrRefused(string version, ServerError expected)
    {
        foreach (DowngradeRequest.Types.DowngradeAction action in (DowngradeRequest.Types.DowngradeAction[])[DowngradeRequest.Types.DowngradeAction.Validate, DowngradeRequest.Types.DowngradeAction.Enable])
        {
            Assert.Equal(expected, DowngradeValidator.Check(new DowngradeRequest { Action = action, Version = version }, "3.6.0"));
        }
    }

    /// <summary>There is no series below x.0.</summary>
    [Theory]
    [InlineData("3.5")]
    [InlineData("4.0")]
    public void FirstSeriesOfAMajorVersion_HasNoTarget(string version) =>
        Assert.Equal(ServerError.InvalidDowngradeTarget, DowngradeValidator.Check(new DowngradeRequest { Version = version }, "4.0.0"));
}

using MetaStore.Protocol.Etcd;
using MetaStore.Server.Validation;
using static MetaStore.Protocol.Etcd.DowngradeRequest.Types;

namespace MetaStore.Server.Tests.Validation;

public sealed class DowngradeValidatorTests
{
    [Theory]
    [InlineData("3.5", ServerError.None)]
    [InlineData("3.5.0", ServerError.None)]
    [InlineData("3.5.99", ServerError.None)]
    [InlineData("3.6", ServerError.InvalidDowngradeTarget)]
    [InlineData("3.4", ServerError.InvalidDowngradeTarget)]
    [InlineData("2.5", ServerError.InvalidDowngradeTarget)]
    [InlineData("4.5", ServerError.InvalidDowngradeTarget)]
    [InlineData("", ServerError.WrongDowngradeFormat)]
    [InlineData("3", ServerError.WrongDowngradeFormat)]
    [InlineData("3.5.0.0", ServerError.WrongDowngradeFormat)]
    [InlineData("v3.5", ServerError.WrongDowngradeFormat)]
    [InlineData("3.-5", ServerError.WrongDowngradeFormat)]
    [InlineData("3.+5", ServerError.WrongDowngradeFormat)]
    [InlineData("3.5.", ServerError.WrongDowngradeFormat)]
    [InlineData(" 3.5", ServerError.WrongDowngradeFormat)]
    [InlineData("3.5\0", ServerError.WrongDowngradeFormat)]
    [InlineData("3\0.5", ServerError.WrongDowngradeFormat)]
    [InlineData("3.99999999999", ServerError.WrongDowngradeFormat)]
    public void Target_MustBeTheSeriesDirectlyBelow(string version, ServerError expected)
    {
        foreach (DowngradeAction action in (DowngradeAction[])[DowngradeAction.Validate, DowngradeAction.Enable])
        {
            Assert.Equal(expected, DowngradeValidator.Check(new DowngradeRequest { Action = action, Version = version }, "3.6.0"));
        }
    }

    [Fact]
    public void Cancel_NeedsNoVersion() => Assert.Equal(ServerError.None, DowngradeValidator.Check(new DowngradeRequest { Action = DowngradeAction.Cancel }, "3.6.0"));

    [Fact]
    public void UnknownAction_IsRefused() =>
        Assert.Equal(ServerError.UnknownMethod, DowngradeValidator.Check(new DowngradeRequest { Action = (DowngradeAction)9, Version = "3.5" }, "3.6.0"));
}

using System.Reflection;
using MetaStore.Batching.SettingTable;
using MetaStore.Batching.Settings;
using Wire = MetaStore.Protocol.V1;

namespace MetaStore.Batching.Tests.Settings;

/// <summary>Fails when a setting is added to only one of the records, the message and the table.</summary>
public sealed class BatchSettingTableTests
{
    public static TheoryData<string> Keys => [.. BatchSettingTable.All.Select(row => row.Key)];

    [Fact]
    public void EveryProperty_IsChangedByOneRow_AndEveryRowChangesOne()
    {
        Dictionary<string, object?> before = Leaves(new BatchSettings());
        string[] changed =
        [
            .. BatchSettingTable.All.Select(row =>
            {
                Dictionary<string, object?> after = Leaves(row.Change(new BatchSettings(), Other(row)));
                return Assert.Single(before.Keys, name => !Equals(before[name], after[name]));
            }),
        ];
        Assert.Equal(before.Keys.Order(StringComparer.Ordinal), changed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EveryFieldOfTheMessage_HasOneRow() => Assert.Equal(
        Wire.BatchSettings.Descriptor.Fields.InDeclarationOrder().Select(field => field.Name).Order(StringComparer.Ordinal),
        BatchSettingTable.All.Select(row => row.Field).Order(StringComparer.Ordinal));

    [Fact]
    public void EveryValueOfAChoice_HasItsNameInTheMessage()
    {
        foreach (BatchSetting row in BatchSettingTable.All.Where(row => row.Kind == BatchSettingKind.Choice))
        {
            IEnumerable<string> names = Wire.BatchSettings.Descriptor.FindFieldByName(row.Field).EnumType.Values.Select(value => value.Name.Split('_')[^1].ToLowerInvariant());
            Assert.Equal(names, row.Choices);
        }
    }

    [Fact]
    public void Names_AreDistinct()
    {
        Assert.Distinct(BatchSettingTable.All.Select(row => row.Key));
        Assert.Distinct(BatchSettingTable.All.SelectMany(row => row.Aliases.Prepend(row.Flag)));
        Assert.Distinct(BatchSettingTable.All.Select(row => row.ControlFlag));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Value_IsReadBack_AsItIsAndThroughTheMessage(string key)
    {
        BatchSetting row = BatchSettingTable.ByKey[key];
        foreach (double value in row.Kind == BatchSettingKind.Choice ? Enumerable.Range(0, row.Choices.Count).Select(i => (double)i) : [row.Min, row.Max, Other(row)])
        {
            Assert.Null(row.Fault(value));
            BatchSettings settings = row.Change(new BatchSettings(), value);
            Assert.Equal(value, row.Read(settings));
            Assert.Equal(settings, BatchSettingMessage.Merge(new BatchSettings(), BatchSettingMessage.Of(settings)));

            var change = new Wire.BatchSettings();
            BatchSettingMessage.Write(change, row, value);
            Assert.Equal(settings, BatchSettingMessage.Merge(new BatchSettings(), change));
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Value_OutOfRange_IsRefusedByItsName(string key)
    {
        BatchSetting row = BatchSettingTable.ByKey[key];
        foreach (double value in OutOfRange(row))
        {
            string fault = Assert.Single(row.Change(new BatchSettings(), value).Validate());
            Assert.StartsWith($"server.raft.batch.{key} = \"", fault, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void MessageThatSetsNothing_ChangesNothing() => Assert.Equal(new BatchSettings(), BatchSettingMessage.Merge(new BatchSettings(), new Wire.BatchSettings()));

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    public void TimeThatNoClockHolds_IsRefused_NotAnOverflow(long micros) =>
        Assert.Contains("is outside 1us to 10s", Assert.Single(BatchSettingMessage.Merge(new BatchSettings(), new Wire.BatchSettings { FixedTimeoutUs = micros }).Validate()), StringComparison.Ordinal);

    /// <summary>A valid value that is not the default.</summary>
    private static double Other(BatchSetting row)
    {
        double value = row.Read(new BatchSettings());
        return row.Kind switch
        {
            BatchSettingKind.Choice => (value + 1) % row.Choices.Count,
            BatchSettingKind.Switch => 1 - value,
            BatchSettingKind.Number => value == 0 ? 12.5 : value / 2,
            BatchSettingKind.Time => value + 1000,
            _ => value > row.Min ? value - 1 : value + 1,
        };
    }

    private static IEnumerable<double> OutOfRange(BatchSetting row) => row.Kind switch
    {
        BatchSettingKind.Choice => [row.Choices.Count],
        BatchSettingKind.Switch => [],
        BatchSettingKind.Number => [-0.25, row.Max + 1, double.NaN],
        _ => [row.Min - 1, row.Max + 1],
    };

    /// <summary>Name and value of every settable property, including nested records.</summary>
    private static Dictionary<string, object?> Leaves(object settings, string prefix = "")
    {
        var leaves = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (PropertyInfo property in settings.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
        {
            object? value = property.GetValue(settings);
            if (property.PropertyType is { IsClass: true, Namespace: { } space } && space.StartsWith("MetaStore", StringComparison.Ordinal))
            {
                foreach ((string name, object? leaf) in Leaves(value!, $"{prefix}{property.Name}."))
                {
                    leaves.Add(name, leaf);
                }
            }
            else
            {
                leaves.Add(prefix + property.Name, value);
            }
        }

        return leaves;
    }
}

using Google.Protobuf.Reflection;
using MetaStore.Batching.Settings;
using Wire = MetaStore.Protocol.V1;

namespace MetaStore.Batching.SettingTable;

/// <summary>Converts settings from and to metastore.v1.BatchSettings, using the setting table.</summary>
public static class BatchSettingMessage
{
    /// <summary>A day: far above every range, far below what a <see cref="TimeSpan"/> holds.</summary>
    private const double LongestTime = 86_400e6;

    /// <summary>A message with every field set.</summary>
    public static Wire.BatchSettings Of(BatchSettings settings)
    {
        var message = new Wire.BatchSettings();
        foreach (BatchSetting setting in BatchSettingTable.All)
        {
            Write(message, setting, setting.Read(settings));
        }

        return message;
    }

    /// <summary>The settings with the fields that the message sets replaced. Not validated; times are clamped to a day.</summary>
    public static BatchSettings Merge(BatchSettings settings, Wire.BatchSettings change)
    {
        foreach (BatchSetting setting in BatchSettingTable.All)
        {
            if (Read(change, setting) is { } value)
            {
                settings = setting.Change(settings, setting.Kind == BatchSettingKind.Time ? Math.Clamp(value, -1, LongestTime) : value);
            }
        }

        return settings;
    }

    /// <summary>The number of a setting in a message; null when the field is not set.</summary>
    public static double? Read(Wire.BatchSettings message, BatchSetting setting)
    {
        FieldDescriptor field = FieldOf(setting);
        return !field.Accessor.HasValue(message) ? null : field.Accessor.GetValue(message) switch
        {
            bool on => on ? 1 : 0,
            Enum name => Convert.ToInt32(name),
            object number => Convert.ToDouble(number),
        };
    }

    /// <summary>Sets the field of a setting. The number must fit the field.</summary>
    public static void Write(Wire.BatchSettings message, BatchSetting setting, double value)
    {
        FieldDescriptor field = FieldOf(setting);
        field.Accessor.SetValue(message, field.FieldType switch
        {
            FieldType.Bool => value != 0,
            FieldType.Int32 => (int)value,
            FieldType.Int64 => (long)value,
            FieldType.Enum => Enum.ToObject(field.EnumType.ClrType, (int)value),
            _ => value,
        });
    }

    private static FieldDescriptor FieldOf(BatchSetting setting) => Wire.BatchSettings.Descriptor.FindFieldByName(setting.Field);
}

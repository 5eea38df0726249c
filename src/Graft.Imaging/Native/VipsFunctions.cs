using System.Runtime.InteropServices;

namespace Graft.Imaging.Native;

/// <summary>
/// The functions that Graft calls of libvips's C API and of the GObject library inside it. None has a variable argument
/// list. <see cref="VipsLibrary.Start"/> must have run before any of them is called.
/// </summary>
/// <remarks>
/// Reference: the libvips manual, chapters "Binding libvips" and VipsOperation, VipsImage, VipsForeign.
/// </remarks>
internal static unsafe partial class VipsFunctions
{
    /// <summary>
    /// A name for the imports, not a file's name. <see cref="VipsLibrary"/> finds the library for it.
    /// </summary>
    public const string Library = "graft-libvips";

    // Start and process-wide settings.
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, EntryPoint = "g_setenv")]
    public static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, EntryPoint = "vips_init")]
    public static partial int Initialize(string program);

    [LibraryImport(Library, EntryPoint = "vips_version")]
    public static partial int Version(int part);

    [LibraryImport(Library, EntryPoint = "vips_concurrency_set")]
    public static partial void SetConcurrency(int threads);

    [LibraryImport(Library, EntryPoint = "vips_cache_set_max")]
    public static partial void SetCacheMaximum(int operations);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, EntryPoint = "vips_operation_block_set")]
    public static partial void BlockOperation(string name, int blocked);

    [LibraryImport(Library, EntryPoint = "vips_error_clear")]
    public static partial void ClearErrors();

    // Operations.
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, EntryPoint = "vips_operation_new")]
    public static partial nint NewOperation(string name);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, EntryPoint = "vips_object_set_from_string")]
    public static partial int SetOptions(nint operation, string options);

    [LibraryImport(Library, EntryPoint = "vips_cache_operation_buildp")]
    public static partial int Build(ref nint operation);

    [LibraryImport(Library, EntryPoint = "vips_object_unref_outputs")]
    public static partial void UnreferenceOutputs(nint operation);

    // Values and properties.
    [LibraryImport(Library, EntryPoint = "vips_image_get_type")]
    public static partial nuint ImageType();

    [LibraryImport(Library, EntryPoint = "vips_blob_get_type")]
    public static partial nuint BlobType();

    [LibraryImport(Library, EntryPoint = "g_value_init")]
    public static partial Value* InitializeValue(Value* value, nuint type);

    [LibraryImport(Library, EntryPoint = "g_value_unset")]
    public static partial void UnsetValue(Value* value);

    [LibraryImport(Library, EntryPoint = "g_value_set_object")]
    public static partial void SetObject(Value* value, nint instance);

    [LibraryImport(Library, EntryPoint = "g_value_get_object")]
    public static partial nint GetObject(Value* value);

    [LibraryImport(Library, EntryPoint = "vips_value_set_blob")]
    public static partial void SetBlob(Value* value, nint freeFunction, void* data, nuint length);

    [LibraryImport(Library, EntryPoint = "vips_value_get_blob")]
    public static partial void* GetBlob(Value* value, out nuint length);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, EntryPoint = "g_object_set_property")]
    public static partial void SetProperty(nint instance, string name, Value* value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, EntryPoint = "g_object_get_property")]
    public static partial void GetProperty(nint instance, string name, Value* value);

    [LibraryImport(Library, EntryPoint = "g_object_ref")]
    public static partial nint Reference(nint instance);

    [LibraryImport(Library, EntryPoint = "g_object_unref")]
    public static partial void Unreference(nint instance);

    [LibraryImport(Library, EntryPoint = "g_free")]
    public static partial void Free(void* memory);

    // Images.
    [LibraryImport(Library, EntryPoint = "vips_image_get_width")]
    public static partial int Width(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_height")]
    public static partial int Height(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_bands")]
    public static partial int Bands(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_interpretation")]
    public static partial int Interpretation(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_format")]
    public static partial int BandFormat(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_orientation")]
    public static partial int Orientation(VipsImage image);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, EntryPoint = "vips_image_get_typeof")]
    public static partial nuint TypeOf(VipsImage image, string field);

    [LibraryImport(Library, EntryPoint = "vips_image_new_from_memory_copy")]
    public static partial nint NewImage(void* pixels, nuint size, int width, int height, int bands, int bandFormat);

    [LibraryImport(Library, EntryPoint = "vips_image_write_to_memory")]
    public static partial void* WriteToMemory(VipsImage image, out nuint size);

    /// <summary>GLib's GValue: the type and two words of content.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Value
    {
        private readonly nuint _type;
        private readonly ulong _first;
        private readonly ulong _second;
    }
}

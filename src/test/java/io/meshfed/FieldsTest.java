package io.meshfed;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.meshfed.api.ImportedServiceSpec;
import io.meshfed.api.MeshFederationSpec;
import io.meshfed.api.RemoteMeshSpec;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code docs/fields.md}: for each field of a spec, the class that applies its rule. */
class FieldsTest {
    private static final String ROOT = "io.meshfed.";
    private static final Path PAGE = Path.of("docs/fields.md");
    private static final Pattern HEADING = Pattern.compile("## (\\w+)");
    private static final Pattern ROW = Pattern.compile("\\| `([\\w.\\[\\]*]+)` \\| ([^|]+) \\|.*");
    private static final Pattern CELL = Pattern.compile("((?:`\\w+`(?:, )?)+)(?: as `(\\w+)`)?");
    private static final Pattern CLASS = Pattern.compile("`(\\w+)`");

    private static final Map<String, Class<?>> SPECS = Map.of(
            "MeshFederation", MeshFederationSpec.class,
            "RemoteMesh", RemoteMeshSpec.class,
            "ImportedService", ImportedServiceSpec.class);

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.meshfed");

    /**
     * One field.
     *
     * @param path such as {@code RemoteMesh gateway.addresses}; {@code []} is an entry of a list
     * @param record the record that has it
     * @param name of the record's component
     * @param leaf whether it has no fields of its own
     */
    record Field(String path, Class<?> record, String name, boolean leaf) {
        /** The classes that read the field from the spec. */
        Set<String> readers() {
            return readersOf(
                    target -> target.getName().equals(name) && target.getOwner().isEquivalentTo(record));
        }
    }

    /**
     * One row of the page.
     *
     * @param path as in {@link Field}; one that ends in {@code .*} stands for all fields of an object
     * @param classes simple names
     * @param readAs name of the record component from which the classes read the value: the field's own name, unless the
     *     row says "as"
     */
    record Row(String path, List<String> classes, String readAs) {
        boolean covers(Field field) {
            return isGroup()
                    ? field.path().startsWith(path.substring(0, path.length() - 1))
                    : path.equals(field.path());
        }

        boolean isGroup() {
            return path.endsWith(".*");
        }

        /** The field that the classes must read; for a group, the object itself. */
        String fieldToRead() {
            return isGroup() ? path.substring(0, path.length() - 2) : path;
        }
    }

    static Stream<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        String kind = "";
        for (String line : Files.readAllLines(PAGE)) {
            Matcher heading = HEADING.matcher(line);
            Matcher row = ROW.matcher(line);
            if (heading.matches()) {
                kind = heading.group(1);
            } else if (row.matches()) {
                rows.add(row(kind + " " + row.group(1), row.group(2)));
            }
        }
        return rows.stream();
    }

    private static Row row(String path, String cell) {
        Matcher parts = CELL.matcher(cell);
        assertThat(parts.matches()).as("class cell of %s: %s", path, cell).isTrue();
        List<String> classes = CLASS.matcher(parts.group(1))
                .results()
                .map(match -> match.group(1))
                .toList();
        String own = path.replaceFirst("\\.\\*$", "").replaceFirst("^.*[. ]", "");
        return new Row(path, classes, Optional.ofNullable(parts.group(2)).orElse(own));
    }

    @Test
    void everyFieldHasOneRow() throws IOException {
        List<Row> rows = rows().toList();

        assertThat(fields().values()).filteredOn(Field::leaf).allSatisfy(field -> assertThat(rows)
                .as("%s has no row for %s; it is read by %s", PAGE, field.path(), field.readers())
                .filteredOn(row -> row.covers(field))
                .hasSize(1));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void classOfARowReadsTheField(Row row) {
        Field field = fields().get(row.fieldToRead());

        assertThat(field)
                .as("%s has a row for %s, which does not exist", PAGE, row.path())
                .isNotNull();
        assertThat(readersOf(target -> target.getName().equals(row.readAs())
                        && target.getOwner().getName().startsWith(ROOT)))
                .as(
                        "classes that call %s(), for %s; from the spec it is read by %s",
                        row.readAs(), row.path(), field.readers())
                .containsAll(row.classes());
    }

    /** Simple names of the outermost classes that call a method, or refer to it. */
    private static Set<String> readersOf(Predicate<AccessTarget> accessor) {
        return MAIN.stream()
                .filter(reader -> Stream.<JavaAccess<?>>concat(
                                reader.getMethodCallsFromSelf().stream(), reader.getMethodReferencesFromSelf().stream())
                        .map(JavaAccess::getTarget)
                        .anyMatch(accessor))
                .map(FieldsTest::outermost)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, Field> fields() {
        Map<String, Field> fields = new LinkedHashMap<>();
        SPECS.forEach((kind, spec) -> addFields(kind + " ", spec, fields));
        return fields;
    }

    private static void addFields(String prefix, Class<?> record, Map<String, Field> fields) {
        for (RecordComponent component : record.getRecordComponents()) {
            Class<?> value = component.getType();
            String path = prefix + component.getName();
            String below = path + ".";
            if (List.class.equals(value)) {
                value = entry(component.getGenericType());
                below = path + "[].";
            }
            fields.put(path, new Field(path, record, component.getName(), !value.isRecord()));
            if (value.isRecord()) {
                addFields(below, value, fields);
            }
        }
    }

    private static Class<?> entry(Type list) {
        return (Class<?>) ((ParameterizedType) list).getActualTypeArguments()[0];
    }

    private static String outermost(JavaClass type) {
        String name = type.getName().substring(type.getPackageName().length() + 1);
        return name.replaceFirst("\\$.*", "");
    }
}
